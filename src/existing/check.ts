/** Whether the application's tables may be loaded into: read only, before anything is touched. */
import type { Client } from "pg";
import { refusal } from "../errors.ts";
import type { Finding } from "../findings.ts";
import { keyColumnsOf } from "../finish/source-key.ts";
import type { Plan, PlanTable } from "../plan/model.ts";
import { ledgerExists } from "../target/ledger.ts";
import { qualified, quoteIdentifier } from "../target/quote.ts";
import { currentRuns, readStoredPlan } from "../target/runs.ts";
import { readTally } from "../target/slices.ts";
import type { ExistingSchema, ExistingTable } from "./model.ts";
import { type FoundTable, readExisting } from "./read.ts";
import { piecesOf } from "./scaffolding.ts";

/**
 * Needs no open transaction.
 * @throws LandbridgeError (refused) INTO_EXISTING_CHANGED, TARGET_NOT_OWNER, TARGET_ROWS_HINDERED, TARGET_NOT_EMPTY, CONFLICT_NEEDS_KEY
 */
export const checkExisting = async (client: Client, plan: Plan, existing: ExistingSchema): Promise<Finding[]> => {
  const there = await readExisting(client, plan.schema);
  const ours = there.filter(({ name }) => existing.tables.some((table) => table.name === name));
  refuseChanged(plan.schema, existing.tables, ours);
  await refuseOthers(client, plan.schema, ours);
  refuseHindered(ours);
  const occupied = await occupiedTables(client, plan);
  if (occupied.length > 0 && existing.onConflict === "fail") throw notEmpty(plan.schema, occupied);
  for (const table of occupied) refuseWithoutKey(table, existing.onConflict);
  return occupied.map((table) => willBeMerged(table, existing.onConflict));
};

const willBeMerged = ({ source, target }: PlanTable, onConflict: ExistingSchema["onConflict"]): Finding => ({
  code: "TABLE_HAS_ROWS",
  severity: "info",
  where: source,
  message: `${target} has rows already; those whose key the source has too will be ${onConflict === "skip" ? "left as they are" : "given the source's values"}`,
  remedy: "Chosen by --on-conflict.",
  count: 1,
});

/** The plan was made for these very tables: a resumed run must find them as they were. */
const refuseChanged = (schema: string, planned: readonly ExistingTable[], there: readonly FoundTable[]): void => {
  const changed = planned.filter((table) => {
    const found = there.find(({ name }) => name === table.name);
    const shape = (of: Pick<ExistingTable, "columns">) =>
      of.columns.map(({ name, type, generated }) => [name, type, generated]);
    return found === undefined || JSON.stringify(shape(found)) !== JSON.stringify(shape(table));
  });
  if (changed.length === 0) return;
  throw refusal({
    code: "INTO_EXISTING_CHANGED",
    message: `The columns of ${changed.map(({ name }) => name).join(", ")} in schema "${schema}" are not those that the plan was made for.`,
    remedy: "Run again without --resume and --plan, so that the plan is made anew.",
  });
};

/** Triggers, indexes and keys can be taken down and put back by a table's owner only; no superuser is needed. */
const refuseOthers = async (client: Client, schema: string, tables: readonly FoundTable[]): Promise<void> => {
  const others = tables.filter(({ owned }) => !owned);
  if (others.length === 0) return;
  const { rows } = await client.query<{ user: string }>(`SELECT current_user AS "user"`);
  const owners = [...new Set(others.map(({ owner }) => owner))];
  throw refusal({
    code: "TARGET_NOT_OWNER",
    message: `Role "${rows[0]!.user}" does not own these tables of schema "${schema}": ${others.map(({ name }) => name).join(", ")}.`,
    remedy: `Connect as ${owners.join(" or ")}, the role that made them; or let an administrator run: ${owners.map((owner) => `GRANT ${quoteIdentifier(owner)} TO ${quoteIdentifier(rows[0]!.user)}`).join("; ")}`,
  });
};

const refuseHindered = (tables: readonly FoundTable[]): void => {
  const hindered = tables.filter(({ hindrance }) => hindrance !== null);
  if (hindered.length === 0) return;
  throw refusal({
    code: "TARGET_ROWS_HINDERED",
    message: `Rows cannot be written as they are into ${hindered.map(({ name, hindrance }) => `${name} (${hindrance})`).join(", ")}.`,
    remedy: "ALTER TABLE … NO FORCE ROW LEVEL SECURITY, or DROP RULE, for the time of the crossing.",
  });
};

/** The planned tables that have rows which no run of ours has put there. */
const occupiedTables = async (client: Client, plan: Plan): Promise<PlanTable[]> => {
  const ours = await loadedByUs(client, plan.schema);
  const occupied: PlanTable[] = [];
  for (const table of plan.tables)
    if (!ours.has(table.target) && (await hasRows(client, plan.schema, table.target))) occupied.push(table);
  return occupied;
};

export const hasRows = async (client: Client, schema: string, table: string): Promise<boolean> => {
  const { rows } = await client.query<{ any: boolean }>(
    `SELECT EXISTS (SELECT FROM ${qualified(schema, table)}) AS any`,
  );
  return rows[0]!.any;
};

/** Target names of tables whose rows are ours only in part. */
export const mergedTables = async (client: Client, schema: string): Promise<ReadonlySet<string>> =>
  new Set(
    [...(await piecesOf(client, schema, "staging")), ...(await piecesOf(client, schema, "keys"))].map(
      ({ table }) => table,
    ),
  );

/** Target names. Whether others have written there since is `assess`'s question. */
const loadedByUs = async (client: Client, schema: string): Promise<ReadonlySet<string>> => {
  const names = new Set<string>();
  if (!(await ledgerExists(client))) return names;
  const merged = await mergedTables(client, schema);
  for (const run of await currentRuns(client, schema)) {
    const { tables, existing } = await readStoredPlan(client, run.id);
    if (existing === undefined) continue;
    const tally = await readTally(client, run.planHash);
    for (const { source, target } of tables) if (tally.has(source) && !merged.has(target)) names.add(target);
  }
  return names;
};

const notEmpty = (schema: string, occupied: readonly PlanTable[]) =>
  refusal({
    code: "TARGET_NOT_EMPTY",
    message: `Schema "${schema}" has rows that Landbridge did not put there, in: ${occupied.map(({ target }) => target).join(", ")}.`,
    remedy:
      "Empty these tables, or say what is meant: --on-conflict skip keeps the rows that are there, --on-conflict update gives them the source's values.",
  });

/** A row that is there is known by the table's primary key, and what becomes of the source's row is listed by its own. */
const refuseWithoutKey = (table: PlanTable, onConflict: ExistingSchema["onConflict"]): void => {
  const { primaryKey, columns, target } = table;
  const copied = (name: string): boolean =>
    columns.some((column) => column.target === name && column.generated === null);
  const reason =
    primaryKey === null
      ? "it has no primary key"
      : !primaryKey.columns.every(copied)
        ? `the source has no values for its primary key (${primaryKey.columns.join(", ")})`
        : keyColumnsOf(table) === null
          ? "its rows cannot be found again in the source by their key"
          : null;
  if (reason === null) return;
  throw refusal({
    code: "CONFLICT_NEEDS_KEY",
    message: `--on-conflict ${onConflict} cannot tell which rows of ${target} are there already: ${reason}.`,
    remedy: `Empty ${target}, or leave the table out with \`skip: true\` in landbridge.yaml.`,
  });
};
