/**
 * The proof: reads the snapshot and the target with eyes of its own and compares every value (or counts, where the user asked
 * for that), then everything around the rows. It shares no conversion code with the copy, so that a wrong epoch or sign
 * cannot prove itself.
 */
import type { Database } from "better-sqlite3";
import type { Client } from "pg";
import type { Emit } from "../events.ts";
import { verifyExisting } from "../existing/verify.ts";
import type { Plan } from "../plan/model.ts";
import { openSnapshot } from "../source/open.ts";
import { connect } from "../target/connect.ts";
import type { Run, Target } from "../target/model.ts";
import { comparedRelations } from "./compared-relations.ts";
import { verifyConstraints } from "./constraints.ts";
import { tablesWithKeptRows } from "./kept-rows.ts";
import type { Proof, TableProof, VerifyMode } from "./model.ts";
import { verifyObjects } from "./objects.ts";
import { verifyRecall } from "./recall.ts";
import { unfilledColumns, verifySearches } from "./search.ts";
import { verifySequences } from "./sequences.ts";
import { verifyTable } from "./table.ts";
import { indexedColumns } from "./target-catalogue.ts";
import { verifyViews } from "./views.ts";

export interface VerifyInput {
  readonly plan: Plan;
  /** The snapshot file that was copied. */
  readonly readPath: string;
  readonly target: Target;
  readonly run: Run;
  readonly mode: VerifyMode;
  /** How many tables may be compared at a time. */
  readonly jobs: number;
  /** Constraints, indexes and views that finish left out on purpose, by name: listed apart, no difference. */
  readonly leftOut?: readonly string[];
  /** Of pg_export_snapshot: the state of the target that is compared; absent: as it is when each table is read. */
  readonly snapshot?: string;
  /** What stands in FROM, by the table's target name; absent: what the run has loaded. */
  readonly relations?: ReadonlyMap<string, string>;
  readonly emit: Emit;
  readonly signal?: AbortSignal;
}

/** @throws LandbridgeError PROOF_UNREADABLE and those of `connect`; the signal's reason when it is aborted */
export const verifyRun = async (input: VerifyInput): Promise<Proof> => {
  const tables = await verifyTables(input);
  const client = await connect(input.target, "verify");
  try {
    return await verifyAround(client, input, tables);
  } finally {
    await client.end();
  }
};

const verifyAround = async (
  client: Client,
  { plan, run, leftOut, readPath, target, snapshot, mode, signal }: VerifyInput,
  tables: readonly TableProof[],
): Promise<Proof> => {
  const names = new Set(leftOut ?? []);
  const planned = await verifyObjects(client, plan, run.loadSchema, names);
  const around =
    plan.existing === undefined ? planned : await verifyExisting(client, plan, plan.existing, planned, names);
  const constraints = await verifyConstraints(client, plan, run.loadSchema, names);
  const gone = new Set(
    around.others.filter(({ kind, state }) => kind !== "view" && state === "missing").map(({ name }) => name),
  );
  const there = { plan: withoutMissing(plan, gone), readPath, client, loadSchema: run.loadSchema, signal };
  const sequences = await verifySequences(client, there.plan, run.loadSchema);
  const searches = await verifySearches({ ...there, compare: mode !== "counts" });
  const recall = mode === "counts" ? [] : await verifyRecall(there);
  // What an application's own trigger leaves empty, it means to.
  const unfilled = plan.existing === undefined ? unfilledColumns(searches) : [];
  const absent = new Set(around.others.filter(({ kind }) => kind === "view").map(({ name }) => name));
  // A state of the past cannot be asked for what a view gives now.
  const views =
    mode === "counts" || snapshot !== undefined
      ? []
      : await verifyViews({ plan, readPath, target, schema: run.loadSchema, absent, tables, signal });
  const objects = { ...around, others: [...around.others, ...unfilled] };
  const equal =
    tables.every(({ proof }) => proof === "equal" || proof === "counted") &&
    [...constraints.others, ...objects.others].every(({ state }) => state === "left out") &&
    sequences.every(({ state }) => state === "ok" || state === "exhausted") &&
    views.every(({ state }) => state !== "different");
  const compared = {
    ...(views.length === 0 ? {} : { views }),
    ...(searches.length === 0 ? {} : { searches }),
    ...(recall.length === 0 ? {} : { recall }),
  };
  return { tables, constraints, sequences, objects, ...compared, equal };
};

/** What is missing is listed as such; its sequences and searches cannot be asked for. */
const withoutMissing = (plan: Plan, gone: ReadonlySet<string>): Plan => ({
  ...plan,
  tables: plan.tables
    .filter(({ target }) => !gone.has(target))
    .map((table) => ({
      ...table,
      columns: table.columns.filter(({ target }) => !gone.has(`${table.target}.${target}`)),
      searches: (table.searches ?? []).filter(({ column }) => !gone.has(`${table.target}.${column}`)),
    })),
});

/** The rows alone. Largest tables first, so that no long one is left for the end; proofs in the plan's order. */
export const verifyTables = async (input: VerifyInput): Promise<TableProof[]> => {
  const { plan } = input;
  const proofs: TableProof[] = [];
  const waiting = [...plan.tables.keys()].sort((a, b) => plan.tables[b]!.bytes - plan.tables[a]!.bytes);
  const report = progressOf(input);
  const work = async (): Promise<void> => {
    const session = await openSession(input);
    try {
      const relations = input.relations ?? (await comparedRelations(session.client, plan, input.run.loadSchema));
      const indexed = await indexedColumns(session.client, input.run.loadSchema);
      const listed = await tablesWithKeptRows(session.client, input.run.planHash);
      for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
        input.signal?.throwIfAborted();
        const table = plan.tables[number]!;
        proofs[number] = await verifyTable({
          ...session,
          plan,
          table,
          schema: input.run.loadSchema,
          relation: relations.get(table.target)!,
          planHash: input.run.planHash,
          indexed,
          listed,
          mode: input.mode,
          ...(input.snapshot === undefined ? {} : { snapshot: input.snapshot }),
          signal: input.signal,
          progress: (rows) => report(table.source, rows),
        });
      }
    } finally {
      session.db.close();
      await session.client.end();
    }
  };
  const workers = Array.from({ length: Math.max(1, Math.min(input.jobs, waiting.length)) }, work);
  await allOrFirstError(workers);
  return proofs;
};

/** Waits for all of them, so that no session is left behind when one fails. */
const allOrFirstError = async (work: readonly Promise<void>[]): Promise<void> => {
  for (const result of await Promise.allSettled(work)) if (result.status === "rejected") throw result.reason;
};

const openSession = async ({ target, readPath }: VerifyInput): Promise<{ db: Database; client: Client }> => {
  const client = await connect(target, "verify");
  try {
    return { client, db: openSnapshot(readPath) };
  } catch (error) {
    await client.end();
    throw error;
  }
};

/** Progress is told a few times a second at most in rows, not in calls. */
const ROWS_PER_EVENT = 20_000;

const progressOf = ({ plan, emit }: VerifyInput): ((at: string, rows: number) => void) => {
  const total = plan.tables.reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  let told = 0;
  return (at, rows) => {
    done += rows;
    if (done - told < ROWS_PER_EVENT && done < total) return;
    told = done;
    emit({ kind: "progress", step: "verify", done: Math.floor(done), total, unit: "rows", at });
  };
};
