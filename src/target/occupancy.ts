/** Whether the plan's schema is free: rows of others, or tables that somebody has made for us, are never overwritten. */
import type { Client } from "pg";
import { refusal } from "../errors.ts";
import { bareCatalogueType, catalogueType } from "../plan/ddl/type.ts";
import { isMigrationTable } from "../plan/migration-tools.ts";
import type { Plan, PlanTable } from "../plan/model.ts";
import { type FoundTable, readTables } from "./found-tables.ts";
import { ledgerExists } from "./ledger.ts";
import type { Target } from "./model.ts";
import { qualified } from "./quote.ts";
import { currentRuns, readStoredPlan } from "./runs.ts";

interface Relation {
  readonly name: string;
  readonly kind: string;
}

/** What a command in a remedy has to name. */
interface Command {
  readonly source: string;
  readonly target: Target;
}

/** @throws LandbridgeError (refused) TARGET_NOT_EMPTY, TARGET_TABLES_EXIST, TARGET_NAME_TAKEN */
export const checkOccupancy = async (client: Client, plan: Plan, command: Command): Promise<void> => {
  const ours = await ourNames(client, plan.schema);
  const foreign = (await relationsIn(client, plan.schema)).filter(({ name }) => !ours.has(name));
  const tables = foreign.filter(({ name, kind }) => isTable(kind) && !isMigrationTable(name));
  const filled = await withRows(client, plan.schema, tables);
  if (filled.length > 0) throw notEmpty(plan.schema, filled);

  const planned = new Set(plan.tables.map(({ target }) => target));
  const views = new Set(plan.views.map(({ target }) => target));
  const taken = foreign.filter(({ name, kind }) => views.has(name) || (planned.has(name) && !isTable(kind)));
  if (taken.length > 0) throw nameTaken(plan.schema, taken);

  const there = foreign.filter(({ name }) => planned.has(name));
  if (there.length > 0) throw await tablesExist(client, plan, there, command);
};

const isTable = (kind: string): boolean => kind === "r" || kind === "p";

/** Tables, views and the like of the schema, without those that an extension has brought. */
const relationsIn = async (client: Client, schema: string): Promise<Relation[]> => {
  const { rows } = await client.query<Relation>(
    `SELECT c.relname AS name, c.relkind AS kind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     ORDER BY c.relname COLLATE "C"`,
    [schema],
  );
  return rows;
};

/** What the ledger knows as loaded into this schema; whether others have written to it since is `assess`'s question. */
const ourNames = async (client: Client, schema: string): Promise<ReadonlySet<string>> => {
  const names = new Set<string>();
  if (!(await ledgerExists(client))) return names;
  for (const run of await currentRuns(client, schema)) {
    if (run.loadSchema !== schema) continue;
    const { tables, views, existing } = await readStoredPlan(client, run.id);
    // Loaded by us, but made by an application.
    if (existing !== undefined) continue;
    for (const { target } of [...tables, ...views]) names.add(target);
    for (const { partitioning } of tables) for (const { name } of partitioning?.partitions ?? []) names.add(name);
  }
  return names;
};

const withRows = async (client: Client, schema: string, tables: readonly Relation[]): Promise<string[]> => {
  const filled: string[] = [];
  for (const { name } of tables) {
    const { rows } = await client.query<{ any: boolean }>(
      `SELECT EXISTS (SELECT FROM ${qualified(schema, name)}) AS any`,
    );
    if (rows[0]!.any) filled.push(name);
  }
  return filled;
};

const some = (names: readonly string[]): string =>
  names.length <= 8 ? names.join(", ") : `${names.slice(0, 8).join(", ")} and ${names.length - 8} more`;

const notEmpty = (schema: string, filled: readonly string[]) =>
  refusal({
    code: "TARGET_NOT_EMPTY",
    message: `Schema "${schema}" has rows that Landbridge did not put there, in: ${some(filled)}.`,
    remedy: "Load into another schema with --schema, or into another database.",
  });

const nameTaken = (schema: string, taken: readonly Relation[]) =>
  refusal({
    code: "TARGET_NAME_TAKEN",
    message: `Schema "${schema}" has views or other objects under names that are needed: ${some(taken.map(({ name }) => name))}.`,
    remedy: "Load into another schema with --schema, or drop them.",
  });

const tablesExist = async (client: Client, plan: Plan, there: readonly Relation[], { source, target }: Command) => {
  const found = await readTables(client, plan.schema);
  const names = new Set(there.map(({ name }) => name));
  const lines = plan.tables
    .filter((table) => names.has(table.target))
    .map(
      (table) =>
        `  ${table.target}: ${differences(table, found.get(table.target)).join("; ") || "the same columns and types"}`,
    );
  return refusal({
    code: "TARGET_TABLES_EXIST",
    message: `Schema "${plan.schema}" already has these tables, empty:\n${lines.join("\n")}`,
    remedy: `Load into another schema with --schema, or drop these tables. To load into them: \`npm run migrate -- ${shellWord(source)} --target ${shellWord(target.display)} --into-existing\``,
  });
};

const differences = (table: PlanTable, found: FoundTable | undefined): string[] => {
  if (found === undefined) return [];
  const planned = new Set(table.columns.map(({ target }) => target));
  return [
    ...table.columns.flatMap(({ target, type }) => {
      const there = found.columns.get(target);
      if (there === undefined) return [`${target} is missing`];
      const wanted = catalogueType(type);
      return bareCatalogueType(there.type) === wanted ? [] : [`${target} is ${there.type} where ${wanted} is planned`];
    }),
    ...[...found.columns.keys()].filter((name) => !planned.has(name)).map((name) => `${name} is not in the source`),
  ];
};

/** Quoted for a POSIX shell where it has to be. */
const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
