/** What a rehearsal measures and concludes. Plain data: the text, the HTML page and the JSON document are made of it. */
import type { ExitCode } from "../errors.ts";
import type { Environment, ReportError } from "../report/model.ts";
import type { Latencies } from "./histogram.ts";

export interface OperationMeasure {
  /** Finished without an error, per second. */
  readonly perSecond: number;
  /** null where none finished. */
  readonly latencies: Latencies | null;
  readonly errors: number;
  /** SQLSTATE or SQLite's code → how often. */
  readonly errorKinds: Readonly<Record<string, number>>;
}

/** One database under the sessions of an application that write and read at the same time. */
export interface LoadMeasure {
  readonly seconds: number;
  readonly writers: number;
  readonly readers: number;
  readonly writes: OperationMeasure;
  /** null without readers. */
  readonly reads: OperationMeasure | null;
}

/** The same question asked of both, one after the other, nothing else going on. */
export interface Comparison {
  readonly name: string;
  readonly sqlite: Latencies | null;
  readonly postgres: Latencies | null;
  /** How the answers compare; null where they are not meant to be the same. */
  readonly answers: Answers | null;
  /** What a side said instead of answering. */
  readonly error: string | null;
}

export interface Answers {
  readonly verdict: "same" | "same rows in another order" | "different";
  readonly sqliteRows: number;
  readonly postgresRows: number;
  /** The first difference; "" where there is none. */
  readonly difference: string;
}

/** One thing that an application relies on. */
export interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly detail: string;
}

export interface Search {
  /** `table.column`, and the word that was looked for. */
  readonly where: string;
  readonly word: string;
  readonly sqliteLike: Latencies;
  /** The source's own full-text table, where it has one. */
  readonly sqliteMatch: Latencies | null;
  readonly postgresLike: Latencies;
  /** A tsvector column with a GIN index. */
  readonly postgresWords: Latencies;
}

export interface Application {
  /** The user's own test command; null where none was given. */
  readonly test: { readonly command: string; readonly exitCode: number; readonly seconds: number } | null;
  /** The user's own health check, asked again and again; failures before the first answer are its start. */
  readonly probe: {
    readonly url: string;
    readonly asked: number;
    readonly healthy: number;
    /** Between the first healthy answer and the last. */
    readonly failed: number;
    readonly latencies: Latencies | null;
  } | null;
}

export interface WayBack {
  /** SHA-256 of the file that was rehearsed with, before and after. */
  readonly sqliteBefore: string;
  readonly sqliteAfter: string;
  /** `PRAGMA quick_check` of the snapshot: the file to go back to. */
  readonly snapshotIntact: boolean;
  /** null where no dump could be made: `untested` says why. */
  readonly dump: { readonly bytes: number; readonly seconds: number; readonly objects: number } | null;
  readonly restored: {
    readonly seconds: number;
    readonly tables: number;
    readonly rows: number;
    /** Tables whose rows are not those that were dumped. */
    readonly different: readonly string[];
  } | null;
  readonly untested: string | null;
}

/** A promise of the migration plans that this project was built for, and what was measured. */
export interface Promised {
  readonly what: string;
  readonly promised: string;
  readonly measured: string;
  readonly kept: "kept" | "not kept" | "not measured";
}

export type RowVerdict = "go" | "investigate" | "no-go" | "not measured";

/** One row of the decision matrix. */
export interface Decision {
  readonly issue: string;
  readonly measured: string;
  readonly threshold: string;
  readonly verdict: RowVerdict;
  /** What to do where it is not a go; "" else. */
  readonly action: string;
}

export interface PhaseTime {
  readonly name: string;
  readonly seconds: number;
}

export interface PredictedPhase {
  readonly name: string;
  /** Seconds: as expected, and the interval. */
  readonly expected: number;
  readonly least: number;
  readonly most: number;
}

/** How long production will stand still. */
export interface Prediction {
  readonly rehearsedBytes: number;
  readonly productionBytes: number;
  readonly expected: number;
  readonly least: number;
  readonly most: number;
  readonly phases: readonly PredictedPhase[];
  readonly restsOn: string;
}

/** How the crossing itself went. */
export interface Crossing {
  readonly status: string;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly rowsRejected: number;
  readonly differences: number;
  readonly tables: number;
  readonly tablesProven: number;
  /** The crossing's own report; null where there is none. */
  readonly report: string | null;
}

export interface RehearsalReport {
  readonly status: "go" | "no-go" | "failed";
  readonly exitCode: ExitCode;
  readonly name: string;
  readonly source: { readonly path: string; readonly bytes: number; readonly sha256: string | null };
  readonly target: { readonly kind: "embedded" | "docker"; readonly version: string | null };
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly decisions: readonly Decision[];
  readonly crossing: Crossing | null;
  readonly phases: readonly PhaseTime[];
  readonly prediction: Prediction | null;
  readonly sqliteLoad: (LoadMeasure & { readonly journalMode: string }) | null;
  readonly postgresLoad: LoadMeasure | null;
  readonly comparisons: readonly Comparison[];
  readonly ownQueries: readonly Comparison[];
  readonly search: Search | null;
  readonly checks: readonly Check[];
  readonly application: Application;
  readonly wayBack: WayBack | null;
  readonly promises: readonly Promised[];
  readonly destroyed: readonly string[];
  readonly errors: readonly ReportError[];
  readonly reports: readonly string[];
  readonly environment: Omit<Environment, "jobs"> & { readonly cores: number };
}
