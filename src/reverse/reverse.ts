/**
 * The verb `reverse`: PostgreSQL → a new SQLite file, by the plan of the load and by the target's catalogue, proven by the same
 * verification. The target is read in one transaction and never written to.
 */
import type { Database } from "better-sqlite3";
import DatabaseFile from "better-sqlite3";
import type { Client } from "pg";
import { embeddedTarget } from "../embedded-target.ts";
import { FindingList } from "../plan/findings.ts";
import { environmentOf, newRecord } from "../record.ts";
import { assembleReport, type RunRecord } from "../report/assemble.ts";
import type { RejectedRow, RunReport } from "../report/model.ts";
import { refuseUnwritable, reported } from "../report/write.ts";
import type { Settings } from "../settings.ts";
import { hashFile } from "../source/hash.ts";
import { sizeOf } from "../source/refusals.ts";
import { stampOf } from "../stamp.ts";
import { type Context, Steps } from "../steps.ts";
import { snapshotDirectory } from "../survey.ts";
import { connect } from "../target/connect.ts";
import { readServerFacts } from "../target/facts.ts";
import type { Target } from "../target/model.ts";
import { serverError } from "../target/server-error.ts";
import { checkFile, setHeader } from "./file/finish.ts";
import { type FittedTable, fitTables } from "./file/fit.ts";
import { claimOutput, createFile, type Output, openForLoading, placeFile, removePartial } from "./file/output.ts";
import { createIndexes, createTables, createViewsAndTriggers } from "./file/schema.ts";
import { rebuildSearch } from "./file/search.ts";
import { carrySequences } from "./file/sequences.ts";
import { tellOfLosses } from "./losses.ts";
import type { BackPlan } from "./model.ts";
import { planBack } from "./plan.ts";
import { proveBack } from "./prove.ts";
import { type CopiedTable, copyBack } from "./rows/copy.ts";
import { snapshotOfRejects } from "./rows/from-snapshot.ts";
import { type LedgerReject, ledgerRejects } from "./rows/ledger.ts";
import { restoreRejects } from "./rows/restore.ts";
import { keepSetAside } from "./rows/set-aside.ts";

export interface ReverseOptions {
  /** A file that is there already is replaced, once the new one is whole. */
  readonly force: boolean;
  /** Which of several sources in the schema: the name of its file; null where there is one. */
  readonly of: string | null;
}

/**
 * `settings.source` is the file that is to be made.
 * @throws LandbridgeError OUTPUT_…, NOTHING_LOADED, LOAD_UNFINISHED (refused), REVERSE_DAMAGED, and what the connection throws
 */
export const reverse = async (
  settings: Settings,
  { force, of }: ReverseOptions,
  context: Context,
): Promise<RunReport> => {
  const record = newRecord(settings);
  record.direction = "back";
  record.runId = `reverse_${stampOf(record.startedAt)}`;
  record.snapshotKept = false;
  const steps = new Steps(context.emit);
  await refuseUnwritable(settings.reportDir);
  const output = await claimOutput(settings.source, force);
  const target = settings.target ?? (await embeddedTarget(settings));
  record.target = target;
  const client = await connect(target, "reverse");
  const stop = (): void => void client.end().catch(() => undefined);
  context.signal.addEventListener("abort", stop, { once: true });
  try {
    record.serverVersion = (await readServerFacts(client)).version;
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await new WayBack({ client, target, settings, record, steps, context, output, of }).run();
  } catch (error) {
    await removePartial(output);
    context.signal.throwIfAborted();
    throw serverError(error, "the way back") ?? error;
  } finally {
    context.signal.removeEventListener("abort", stop);
    await client.end().catch(() => undefined);
  }
  const report = assembleReport(record, steps.timings, environmentOf(settings));
  return reported(report, settings.reportDir, record.startedAt);
};

interface Surroundings {
  readonly client: Client;
  readonly target: Target;
  readonly settings: Settings;
  readonly record: RunRecord;
  readonly steps: Steps;
  readonly context: Context;
  readonly output: Output;
  readonly of: string | null;
}

type Copied = ReadonlyMap<FittedTable, CopiedTable>;

class WayBack {
  readonly #at: Surroundings;
  readonly #findings = new FindingList();

  constructor(at: Surroundings) {
    this.#at = at;
  }

  async run(): Promise<void> {
    const { client, steps, record, settings, output, context } = this.#at;
    const back = await steps.run("plan", () =>
      planBack(client, { schema: record.schema, of: this.#at.of }, this.#findings),
    );
    record.plan = back.plan;
    const rejects = back.run === null ? [] : await ledgerRejects(client, back.run);
    const db = await steps.run("prepare", () => this.#prepare(back));
    let copied: Copied;
    try {
      copied = await steps.run("copy", () => this.#copy(db, back, rejects));
      await steps.run("finish", () => createIndexes(db, back, this.#findings));
    } finally {
      db.close();
    }
    const { rows } = await client.query<{ snapshot: string }>("SELECT pg_catalog.pg_export_snapshot() AS snapshot");
    record.proof = await steps.run("verify", () =>
      proveBack(back, copied, {
        ...{ target: this.#at.target, snapshot: rows[0]!.snapshot, file: output.partial },
        ...{ mode: settings.verify, jobs: settings.jobs, ...context },
      }),
    );
    await steps.run("finish", () => this.#finish(back, copied, rejects));
    context.signal.throwIfAborted();
    record.findings.push(...this.#findings.all);
    await this.#place();
  }

  async #prepare(back: BackPlan): Promise<Database> {
    const { output } = this.#at;
    const { plan } = back;
    const db = await createFile(output, plan.source.encoding, plan.sourceSchema);
    createTables(db, back, this.#findings);
    return db;
  }

  async #copy(db: Database, back: BackPlan, rejects: readonly LedgerReject[]): Promise<Copied> {
    const { client, record, context } = this.#at;
    const { source, policies } = back.plan;
    const tables = fitTables(db, back, this.#findings);
    const copied = await copyBack(tables, {
      ...{ client, db, encoding: source.encoding, policies, ...context },
      reserved: reservedRowids(rejects),
    });
    const setAside: RejectedRow[] = [];
    for (const [table, { setAside: rows }] of copied)
      setAside.push(...(await keepSetAside(client, db, table, rows, this.#findings)));
    record.rejectedRows = setAside;
    record.counts = countsOf(copied);
    tellOfLosses(back, copied, this.#findings);
    return copied;
  }

  /** Everything that would work on rows by itself comes last. */
  async #finish(back: BackPlan, copied: Copied, rejects: readonly LedgerReject[]): Promise<void> {
    const { client, output, settings } = this.#at;
    const snapshot = await snapshotOfRejects(snapshotDirectory(settings), back.run, rejects);
    const db = new DatabaseFile(output.partial);
    try {
      openForLoading(db);
      restoreRejects(db, [...copied.keys()], { rows: rejects, snapshot }, this.#findings);
      rebuildSearch(db, back, this.#findings);
      await carrySequences(client, db, back);
      createViewsAndTriggers(db, back, this.#findings);
      setHeader(db, back.plan.sourceSchema);
      checkFile(db, this.#findings);
    } finally {
      db.close();
    }
  }

  async #place(): Promise<void> {
    const { output, record, context } = this.#at;
    const sha256 = await hashFile(output.partial, context.signal);
    const bytes = sizeOf(output.partial);
    await placeFile(output);
    record.snapshot = {
      ...{ path: output.path, sha256, bytes, takenAt: record.startedAt.toISOString() },
      ...{ sourcePath: output.path, health: null },
    };
  }
}

const reservedRowids = (rejects: readonly LedgerReject[]): ReadonlyMap<string, ReadonlySet<string>> => {
  const reserved = new Map<string, Set<string>>();
  for (const { table, rowid } of rejects)
    if (rowid !== null) reserved.set(table, (reserved.get(table) ?? new Set()).add(rowid));
  return reserved;
};

const countsOf = (copied: Copied): RunRecord["counts"] =>
  new Map(
    [...copied].map(([{ planned }, { written, setAside }]) => [
      planned.source,
      { rowsRead: written + setAside.length, rowsWritten: written, rowsRejected: setAside.length, rowsCleaned: 0 },
    ]),
  );
