/** Makes the report from whatever a run has come to know by the time it ends, well or not. */
import { ExitCode, type LandbridgeError } from "../errors.ts";
import type { Finding } from "../findings.ts";
import { renderType } from "../plan/ddl/type.ts";
import type { Plan, PlanTable } from "../plan/model.ts";
import type { Snapshot } from "../source/model.ts";
import type { Target } from "../target/model.ts";
import type { Proof } from "../verify/model.ts";
import { proofPart } from "./from-proof.ts";
import {
  type Environment,
  LISTED_ROWS,
  type NextStep,
  type RejectedRow,
  type ReportTable,
  type RunReport,
  type RunStatus,
} from "./model.ts";

/** Rows of one table, from the ledger. */
export interface TableCounts {
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly rowsRejected: number;
  readonly rowsCleaned: number;
}

/** Filled step by step; a run that breaks off leaves the rest as it was. */
export interface RunRecord {
  readonly startedAt: Date;
  readonly sourcePath: string;
  /** From PostgreSQL into the SQLite file; absent: the other way. */
  direction?: "back";
  runId: string;
  snapshot: Snapshot | null;
  snapshotKept: boolean;
  plan: Plan | null;
  schema: string;
  target: Target | null;
  serverVersion: string | null;
  counts: ReadonlyMap<string, TableCounts>;
  findings: Finding[];
  proof: Proof | null;
  rejectedRows: readonly RejectedRow[];
  error: LandbridgeError | null;
  /** A dry run ends with a plan. */
  planned: boolean;
  nextSteps: NextStep[];
}

const NOTHING: TableCounts = { rowsRead: 0, rowsWritten: 0, rowsRejected: 0, rowsCleaned: 0 };

const countsOf = (table: string, record: RunRecord): TableCounts => {
  const { rowsRead, rowsWritten, rowsRejected, rowsCleaned } = record.counts.get(table) ?? NOTHING;
  return { rowsRead, rowsWritten, rowsRejected, rowsCleaned };
};

const tableReport = (table: PlanTable, record: RunRecord): ReportTable => {
  const proof = record.proof?.tables.find(({ source }) => source === table.source);
  return {
    name: table.source,
    target: table.target,
    ...countsOf(table.source, record),
    ...(record.planned ? { rowsRead: table.rows } : {}),
    ...(proof?.rowsSkipped === undefined ? {} : { rowsSkipped: proof.rowsSkipped }),
    proof: proof?.proof ?? "skipped",
    columns: table.columns.map(({ source, target, declared, type, existingType, reason }) => ({
      source,
      target,
      declared,
      type: existingType ?? renderType(type),
      reason,
    })),
  };
};

const skippedReport = (source: string): ReportTable => ({
  name: source,
  target: "",
  ...NOTHING,
  proof: "skipped",
  columns: [],
});

/** The tables that the user expects in the order of that list, missing ones among them; then the others. */
const inExpectedOrder = (tables: readonly ReportTable[], plan: Plan | null): readonly ReportTable[] => {
  const expected = plan?.expected ?? [];
  const empty = new Set(plan?.tables.filter(({ rows }) => rows === 0).map(({ source }) => source));
  return [
    ...expected.map((name): ReportTable => {
      const table = tables.find((candidate) => candidate.name === name);
      if (table === undefined) return { ...skippedReport(name), expected: "missing" };
      return { ...table, expected: empty.has(name) ? "empty" : "found" };
    }),
    ...tables.filter(({ name }) => !expected.includes(name)),
  ];
};

/** Rejected rows, differences, and objects that could not be built all mean: done, but look (exit code 3). */
const outcome = (record: RunRecord): { status: RunStatus; exitCode: ExitCode } => {
  if (record.error)
    return {
      status:
        record.error.exitCode === ExitCode.REFUSED || record.error.exitCode === ExitCode.USAGE ? "refused" : "failed",
      exitCode: record.error.exitCode,
    };
  if (record.planned) return { status: "planned", exitCode: ExitCode.DONE };
  const rejected = [...record.counts.values()].some(({ rowsRejected }) => rowsRejected > 0);
  const unfinished = record.findings.some(({ severity, code }) => severity === "error" && !ABOUT_THE_SOURCE.has(code));
  const different = record.proof !== null && !record.proof.equal;
  return rejected || different || unfinished
    ? { status: "done-with-differences", exitCode: ExitCode.DIFFERENCES }
    : { status: "done", exitCode: ExitCode.DONE };
};

/** Errors in the source itself, which arrive exactly as they are: worth a shout, but nothing differs. */
const ABOUT_THE_SOURCE = new Set(["UUID_STORED_AS_NUMBER", "NUL_IN_TEXT", "INVALID_TEXT"]);

/** Builds the report; `timings` and `environment` are the run's. */
export const assembleReport = (
  record: RunRecord,
  timings: RunReport["timings"],
  environment: Omit<Environment, "postgres">,
): RunReport => ({
  ...outcome(record),
  ...(record.direction === undefined ? {} : { direction: record.direction }),
  runId: record.runId,
  source: {
    path: record.sourcePath,
    sha256: record.snapshot?.sha256 ?? null,
    bytes: record.snapshot?.bytes ?? 0,
  },
  target: {
    version: record.serverVersion,
    schema: record.schema,
    display: record.target?.display ?? null,
    embedded: record.target?.embedded ?? false,
  },
  tables: inExpectedOrder(
    [
      ...(record.plan?.tables ?? []).map((table) => tableReport(table, record)),
      ...(record.plan?.skipped ?? []).map(({ source }) => skippedReport(source)),
    ],
    record.plan,
  ),
  findings: record.findings,
  timings,
  reports: [],
  ...proofPart(record.proof),
  rejectedRows: record.rejectedRows.slice(0, LISTED_ROWS),
  errors: record.error ? [{ code: record.error.code, message: record.error.message, remedy: record.error.remedy }] : [],
  environment: { ...environment, postgres: record.serverVersion },
  startedAt: record.startedAt.toISOString(),
  finishedAt: new Date().toISOString(),
  snapshot: record.snapshotKept ? (record.snapshot?.path ?? null) : null,
  nextSteps: record.nextSteps,
});
