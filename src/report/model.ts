/**
 * What a run leaves behind for a person: the one model that the text, the HTML page and the JSON document are made of.
 * The JSON report and the document on stdout under `--json` are this very object; fields are added, never renamed.
 */
import type { ExitCode } from "../errors.ts";
import type { Step } from "../events.ts";
import type { Finding } from "../findings.ts";
import type {
  ConstraintsProof,
  ObjectsProof,
  Difference as ProofDifference,
  SequenceProof,
  TableProof,
} from "../verify/model.ts";
import type { RecallProof } from "../verify/recall/model.ts";
import type { SearchProof } from "../verify/search/model.ts";
import type { ViewProof } from "../verify/views/model.ts";

/**
 * done: everything proven equal · done-with-differences: finished, with rejected or differing rows listed
 * · planned: a dry run · nothing-to-do: the ledger says that this very crossing is finished already
 * · refused: nothing was touched · failed: it broke off (`--resume` goes on where `nextSteps` says so).
 */
export type RunStatus = "done" | "done-with-differences" | "failed" | "refused" | "planned" | "nothing-to-do";

/** equal: every value compared · counted: only rows were counted · skipped: not compared · different: see `differences`. */
export type TableVerdict = TableProof["proof"];

/** The steps that are timed; the report itself is not. */
export type TimedStep = Exclude<Step, "report">;

/** Counts are JavaScript numbers (rows of one table stay far below 2^53); keys and values are already JSON-safe. */
export interface RunReport {
  readonly status: RunStatus;
  readonly exitCode: ExitCode;
  /** `back`: from PostgreSQL into the SQLite file that `source` names; absent: from that file into PostgreSQL. */
  readonly direction?: "back";
  readonly runId: string;
  readonly source: ReportSource;
  readonly target: ReportTarget;
  readonly tables: readonly ReportTable[];
  readonly findings: readonly Finding[];
  /** Seconds; only the steps that ran. */
  readonly timings: Readonly<Partial<Record<TimedStep, number>>>;
  /** Paths of the written reports; empty until they are written. */
  readonly reports: readonly string[];

  /** Values that do not compare equal, the first `LISTED_ROWS` of `differenceCount`. */
  readonly differences: readonly Difference[];
  readonly differenceCount: number;
  /** Rows kept in `landbridge.rejects`, the first `LISTED_ROWS` of the sum of `tables[].rowsRejected`. */
  readonly rejectedRows: readonly RejectedRow[];
  /** As the proof found them; `others` lists what is not simply there and valid. */
  readonly constraints: ConstraintsProof;
  readonly sequences: readonly SequenceProof[];
  readonly objects: ObjectsProof;
  /** Full-text searches as the proof compared them; absent where the plan has none. */
  readonly searches?: readonly SearchProof[];
  /** What indexes over vectors find; absent where the plan has none. */
  readonly recall?: readonly RecallProof[];
  /** The rows of views on both sides; absent where the plan has none, or only counts were asked for. */
  readonly views?: readonly ViewProof[];
  readonly errors: readonly ReportError[];
  readonly environment: Environment;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** The snapshot that was copied and is kept to go back to; null where none was taken. */
  readonly snapshot: string | null;
  readonly nextSteps: readonly NextStep[];
}

/** Longer lists are cut to this many rows; the whole lists are in the target's schema `landbridge`. */
export const LISTED_ROWS = 100;

export interface ReportSource {
  readonly path: string;
  /** Of the snapshot, not of the live file; null where the run ended before there was one. */
  readonly sha256: string | null;
  readonly bytes: number;
}

export interface ReportTarget {
  /** e.g. "18.4"; null where no server was reached. */
  readonly version: string | null;
  readonly schema: string;
  /** Without password: `Target.display`; null for a plan without a target. */
  readonly display: string | null;
  readonly embedded: boolean;
}

export interface ReportTable {
  /** Source name. */
  readonly name: string;
  readonly target: string;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly rowsRejected: number;
  /** Rows kept with a value changed because the user asked for that by name. */
  readonly rowsCleaned: number;
  /** Rows that an application's table had already, under --on-conflict skip; absent where there are none. */
  readonly rowsSkipped?: number;
  readonly proof: TableVerdict;
  /** What became of a table that `expect:` names: there with rows, there without, or not there. Absent for the others. */
  readonly expected?: "found" | "empty" | "missing";
  readonly columns: readonly ReportColumn[];
}

export interface ReportColumn {
  readonly source: string;
  readonly target: string;
  /** As written in SQLite, "" for none. */
  readonly declared: string;
  /** PostgreSQL type as SQL. */
  readonly type: string;
  readonly reason: string;
}

/** One value or row that does not compare equal, with the source name of its table. */
export interface Difference extends ProofDifference {
  readonly table: string;
}

export interface RejectedRow {
  readonly table: string;
  readonly key: unknown;
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
}

export interface ReportError {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

export interface Environment {
  readonly landbridge: string;
  readonly node: string;
  readonly sqlite: string;
  readonly postgres: string | null;
  /** e.g. "linux x64". */
  readonly platform: string;
  readonly jobs: number;
}

export interface NextStep {
  /** A complete command line, never with a password. */
  readonly command: string;
  readonly reason: string;
}
