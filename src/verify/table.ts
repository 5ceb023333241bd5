/** The proof of one table: reads both sides within one snapshot of the target and says whether they are equal. */
import { setImmediate } from "node:timers/promises";
import type Database from "better-sqlite3";
import type { Client } from "pg";
import type { Plan, PlanTable } from "../plan/model.ts";
import { quoteSqlite } from "../source/quote.ts";
import { quoteLiteral } from "../target/quote.ts";
import { Buckets } from "./buckets.ts";
import { crossCheck } from "./cross-check.ts";
import { Differences } from "./differences.ts";
import { KeptRows } from "./kept-rows.ts";
import { integerKey, type Layout, layoutOf } from "./layout.ts";
import type { TableProof, VerifyMode } from "./model.ts";
import { OrderedComparison } from "./ordered.ts";
import { RowBuffer } from "./row-buffer.ts";
import { sampleRanges } from "./sample.ts";
import { SourceRows, type SourceSettings } from "./source-rows.ts";
import { DifferingRows } from "./take-apart.ts";
import { foundColumns, type IndexedColumns, mismatchedColumns } from "./target-catalogue.ts";
import { readTarget, type TargetTable } from "./target-stream.ts";
import { withOwnVectorRows } from "./vectors/own-rows.ts";

export interface TableJob {
  readonly db: Database.Database;
  readonly client: Client;
  readonly plan: Plan;
  readonly table: PlanTable;
  readonly schema: string;
  /** What stands in FROM for the rows that are compared. */
  readonly relation: string;
  readonly planHash: string;
  /** Columns of the target in whose order rows can be had. */
  readonly indexed: IndexedColumns;
  /** Tables of which the ledger lists rejected or cleaned rows, by source name. */
  readonly listed: ReadonlySet<string>;
  readonly mode: VerifyMode;
  /** The state of the target that is compared; absent: as it is now. */
  readonly snapshot?: string;
  readonly signal: AbortSignal | undefined;
  /** Told how many rows have been compared since the last call; reading one side alone is half of it. */
  readonly progress: (rows: number) => void;
}

/** Small tables are compared whole even where only a sample is asked for. */
const SMALL_TABLE = 10_000;

/**
 * After an error the session is to be closed: it may be in the middle of a COPY, and nothing else can be asked of it.
 * @throws LandbridgeError PROOF_UNREADABLE; errors of the server and of the driver as they are
 */
export const verifyTable = async (job: TableJob): Promise<TableProof> => {
  await job.client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  if (job.snapshot !== undefined) await job.client.query(`SET TRANSACTION SNAPSHOT ${quoteLiteral(job.snapshot)}`);
  const proof = await withOwnVectorRows(job.db, job.table.source, () => withinSnapshot(job));
  await job.client.query("ROLLBACK");
  return proof;
};

const withinSnapshot = async (job: TableJob): Promise<TableProof> => {
  const { client, table, schema, plan } = job;
  const found = await foundColumns(client, schema, table.target);
  if (found === null) return unreadableTable(job, "the table", "is there", "is missing");
  const [mismatch] = mismatchedColumns(table, found);
  if (mismatch !== undefined) return unreadableTable(job, mismatch.column, mismatch.planned, mismatch.found);
  const key = integerKey(table);
  const layout = layoutOf(table, key !== null && job.indexed.get(table.target)?.includes(key.target) === true);
  const kept = new KeptRows(table, plan.source.encoding);
  if (job.listed.has(table.source)) await kept.load(client, job.planHash, table.source);
  const settings: SourceSettings = {
    table,
    layout,
    policies: plan.policies,
    encoding: plan.source.encoding,
    kept,
    labels: false,
  };
  return job.mode === "full" || (job.mode === "sample" && table.rows <= SMALL_TABLE)
    ? compareWhole(job, settings)
    : compareCounts(job, settings);
};

const compareWhole = async (job: TableJob, settings: SourceSettings): Promise<TableProof> => {
  const { layout } = settings;
  const differences = new Differences(layout);
  const compare = layout.how === "ordered" ? compareOrdered : compareBuckets;
  const { source, found } = await compare(job, settings, differences);
  if (differences.rows === 0) await crossCheck(job, settings, differences);
  const lost = unlistedOversize(job, settings);
  return {
    ...names(job.table),
    proof: differences.rows === 0 && lost === 0 ? "equal" : "different",
    rowsExpected: source.read - source.rejected + lost,
    rowsFound: found,
    rowsRejected: source.rejected - settings.kept.skippedRows + oversizeKeys(job.table).length - lost,
    ...skippedOf(settings.kept),
    rowsCleaned: source.cleaned,
    differing: differences.rows + lost,
    differingIsAtLeast: differences.isAtLeast,
    differences: differences.list,
    how: layout.how,
  };
};

const skippedOf = ({ skippedRows }: KeptRows): { rowsSkipped?: number } =>
  skippedRows === 0 ? {} : { rowsSkipped: skippedRows };

/** Rows that SQLite's API cannot hand out are read by nobody: each has to be among the rejects. */
const unlistedOversize = ({ table }: TableJob, { kept }: SourceSettings): number =>
  oversizeKeys(table).filter((key) => !kept.listsKey(key)).length;

/** A row may have several values that are too long. */
const oversizeKeys = ({ oversize }: PlanTable): string[] => [...new Set(oversize.map(({ key }) => key))];

interface Compared {
  readonly source: SourceRows;
  readonly found: number;
}

type Compare = (job: TableJob, settings: SourceSettings, differences: Differences) => Promise<Compared>;

const compareOrdered: Compare = async (job, settings, differences) => {
  const source = new SourceRows(job.db, settings);
  const comparison = new OrderedComparison(source, differences);
  try {
    const found = await readTarget(targetOf(job, settings.layout), (rows) => {
      comparison.take(rows);
      job.progress(rows.count);
    });
    comparison.finish();
    return { source, found };
  } finally {
    source.close();
  }
};

const compareBuckets: Compare = async (job, settings, differences) => {
  const target = targetOf(job, settings.layout);
  const buckets = new Buckets(job.table.rows);
  // Each side is half of the work.
  const source = await readSource(job, settings, (rows) => {
    buckets.add(rows, "expected");
    job.progress(rows.count / 2);
  });
  const found = await readTarget(target, (rows) => {
    buckets.add(rows, "found");
    job.progress(rows.count / 2);
  });
  const differing = new DifferingRows(buckets);
  if (!differing.none) {
    await readSource(job, { ...settings, labels: true }, (rows) => differing.add(rows, "expected"));
    await readTarget(target, (rows) => differing.add(rows, "found"));
    differing.report(differences);
  }
  return { source, found };
};

const readSource = async (
  { db, signal }: TableJob,
  settings: SourceSettings,
  take: (rows: RowBuffer) => void,
): Promise<SourceRows> => {
  const source = new SourceRows(db, settings);
  const rows = new RowBuffer();
  try {
    for (let more = true; more; ) {
      signal?.throwIfAborted();
      more = source.next(rows);
      take(rows);
      rows.clear();
      // Signals and the connections of other tables get their turn.
      await setImmediate();
    }
    return source;
  } finally {
    source.close();
  }
};

const targetOf = ({ client, relation, signal }: TableJob, layout: Layout): TargetTable => ({
  client,
  relation,
  layout,
  signal,
});

/** Numbers of rows on both sides; in mode `sample` some thousand rows by key as well. */
const compareCounts = async (job: TableJob, settings: SourceSettings): Promise<TableProof> => {
  const { db, client, table, relation, mode } = job;
  const total = db
    .prepare<[], number>(`SELECT count(*) FROM ${quoteSqlite(table.source)}`)
    .pluck()
    .get()!;
  const { rows } = await client.query<{ rows: string }>(`SELECT count(*)::text AS rows FROM ${relation}`);
  const found = Number(rows[0]!.rows);
  const differences = new Differences(settings.layout);
  const cleaned =
    mode === "sample" && settings.layout.how === "ordered" ? await compareSample(job, settings, differences) : 0;
  const expected = total - settings.kept.rejectedRows;
  const differing = Math.max(differences.rows, Math.abs(expected - found));
  return {
    ...names(table),
    proof: differing === 0 ? "counted" : "different",
    rowsExpected: expected,
    rowsFound: found,
    rowsRejected: settings.kept.rejectedRows - settings.kept.skippedRows,
    ...skippedOf(settings.kept),
    rowsCleaned: cleaned,
    differing,
    differingIsAtLeast: differing > 0,
    differences: differences.list,
    how: settings.layout.how,
  };
};

const compareSample: (...given: Parameters<Compare>) => Promise<number> = async (job, settings, differences) => {
  let cleaned = 0;
  for (const [from, to] of sampleRanges(job.db, job.table)) {
    const source = new SourceRows(job.db, settings).within(from, to);
    const comparison = new OrderedComparison(source, differences);
    await readTarget(targetOf(job, settings.layout), (rows) => comparison.take(rows), [from, to]);
    comparison.finish();
    source.close();
    cleaned += source.cleaned;
  }
  return cleaned;
};

const names = (table: PlanTable): { source: string; target: string } => ({
  source: table.source,
  target: table.target,
});

/** The target's table is not the one that was planned: no row of it can be called equal. */
const unreadableTable = ({ table }: TableJob, column: string, planned: string, found: string): TableProof => ({
  ...names(table),
  proof: "different",
  rowsExpected: table.rows,
  rowsFound: 0,
  rowsRejected: 0,
  rowsCleaned: 0,
  differing: Math.max(1, table.rows),
  differingIsAtLeast: true,
  differences: [{ key: "", column, source: planned, target: found, kind: "missing" }],
  how: "buckets",
});
