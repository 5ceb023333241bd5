/**
 * Prepare's last act for an application's own tables: what would change rows on their way (triggers), order them (foreign keys)
 * or slow them down (indexes) is taken down, each in the transaction that notes it. May be broken off and done again.
 */
import type { Client } from "pg";
import { LandbridgeError } from "../errors.ts";
import type { Plan, PlanTable } from "../plan/model.ts";
import { qualified, quoteIdentifier, quoteLiteral } from "../target/quote.ts";
import type { LedgerRun } from "../target/runs.ts";
import { readTally } from "../target/slices.ts";
import { sqlState } from "../target/sqlstate.ts";
import { inTransaction } from "../target/transaction.ts";
import { hasRows } from "./check.ts";
import type { ExistingSchema, ExistingTable } from "./model.ts";
import { type Kind, note, piecesOf } from "./scaffolding.ts";
import { stage } from "./stage.ts";

/** Readers and writers of a table are waited for this long; everybody who comes later waits behind us meanwhile. */
const LOCK_TIMEOUT = "15s";

export interface SettingAside {
  readonly plan: Plan;
  readonly existing: ExistingSchema;
  readonly run: Pick<LedgerRun, "id" | "schema" | "planHash">;
  /** Whether tables that have rows already are to be loaded beside themselves first. */
  readonly staging: boolean;
}

/** @throws LandbridgeError TARGET_LOCKED where others hold on to a table */
export const setAside = async (client: Client, { plan, existing, run, staging }: SettingAside): Promise<void> => {
  const ours = await readTally(client, run.planHash);
  const noted = await notedIn(client, plan.schema);
  for (const table of plan.tables) {
    const there = existing.tables.find(({ name }) => name === table.target);
    if (there === undefined || (table.rows === 0 && staging)) continue;
    await inTransaction(client, async () => {
      await client.query(`SET LOCAL lock_timeout = ${quoteLiteral(LOCK_TIMEOUT)}`);
      await client.query(`LOCK TABLE ${qualified(plan.schema, table.target)} IN ACCESS EXCLUSIVE MODE`);
      const isStaged = ["staging", "keys"].some((kind) => noted.has(identity(kind, table.target, table.target)));
      const occupied =
        !ours.has(table.source) && !isStaged && staging && (await hasRows(client, plan.schema, table.target));
      if (occupied) await stage(client, table, run);
      await takeDown(client, table, there, { run, noted, keepIndexes: occupied || isStaged });
    }).catch((error: unknown) => {
      throw sqlState(error) === "55P03" ? locked(table, error) : error;
    });
  }
};

const identity = (kind: string, table: string, object: string): string => JSON.stringify([kind, table, object]);

const KINDS: readonly Kind[] = ["trigger", "search", "index", "foreign key", "staging", "keys"];

/** What stands in the ledger for the schema already. */
const notedIn = async (client: Client, schema: string): Promise<ReadonlySet<string>> => {
  const noted = new Set<string>();
  for (const kind of KINDS)
    for (const { table, object } of await piecesOf(client, schema, kind)) noted.add(identity(kind, table, object));
  return noted;
};

interface TakingDown {
  readonly run: SettingAside["run"];
  readonly noted: ReadonlySet<string>;
  /** Few rows come to many: building the indexes again would take longer than keeping them up to date. */
  readonly keepIndexes: boolean;
}

const takeDown = async (
  client: Client,
  { target }: PlanTable,
  { triggers, indexes, constraints }: ExistingTable,
  { run, noted, keepIndexes }: TakingDown,
): Promise<void> => {
  for (const trigger of triggers) {
    const { relation, name, enabled, search } = trigger;
    const object = `${relation} ${name}`;
    if ((enabled !== "O" && enabled !== "A") || noted.has(identity("trigger", target, object))) continue;
    await note(client, run, "trigger", { table: target, object, facts: trigger });
    if (search !== null)
      await note(client, run, "search", {
        ...{ table: target, object },
        facts: { relation, trigger: name, columns: search.columns, on: search.on },
      });
    await client.query(`ALTER TABLE ${relation} DISABLE TRIGGER ${quoteIdentifier(name)}`);
  }
  for (const key of constraints.filter(({ kind }) => kind === "foreign key")) {
    if (noted.has(identity("foreign key", target, key.name))) continue;
    await note(client, run, "foreign key", { table: target, object: key.name, facts: key });
    await client.query(`ALTER TABLE ${qualified(run.schema, target)} DROP CONSTRAINT ${quoteIdentifier(key.name)}`);
  }
  for (const index of keepIndexes ? [] : indexes.filter(({ rebuildable }) => rebuildable)) {
    if (noted.has(identity("index", target, index.name))) continue;
    await note(client, run, "index", { table: target, object: index.name, facts: index });
    await client.query(`DROP INDEX ${qualified(run.schema, index.name)}`);
  }
};

const locked = ({ target }: PlanTable, cause: unknown): LandbridgeError =>
  new LandbridgeError({
    code: "TARGET_LOCKED",
    message: `Other sessions have held on to table ${target} for ${LOCK_TIMEOUT} without an end.`,
    remedy: "Stop the application and end its sessions (pg_stat_activity, pg_locks), then go on with --resume.",
    cause,
  });
