/**
 * A new load takes an older one's place: until this one transaction the old tables serve, after it the new ones do. Nothing is
 * dropped that is not ours, and nothing at all when somebody has written to the old tables meanwhile.
 */
import type { Client } from "pg";
import { LandbridgeError, messageOf, refusal } from "../errors.ts";
import type { Plan } from "../plan/model.ts";
import { describeForeignWrites, findForeignWrites } from "./foreign-writes.ts";
import { qualified, quoteIdentifier, quoteLiteral } from "./quote.ts";
import { currentRuns, forgetRun, type LedgerRun, readStoredPlan } from "./runs.ts";
import { sqlState } from "./sqlstate.ts";
import { writtenSince } from "./standing.ts";
import { dropOldTextSearch } from "./text-search.ts";
import { inTransaction } from "./transaction.ts";

/** Readers of the old tables are waited for this long; everybody who comes later waits behind us meanwhile. */
const LOCK_TIMEOUT = "15s";

export interface Replacement {
  readonly oldRun: LedgerRun;
  readonly oldPlan: Plan;
  readonly newPlan: Plan;
  /** Loaded and finished in `newRun.loadSchema`, a schema of its own. */
  readonly newRun: LedgerRun;
}

/**
 * Drops the old plan's views, tables, triggers' functions and types, moves everything in the new run's load schema into the plan's schema, drops the
 * empty load schema and puts both runs straight in the ledger. All or nothing. Grants on an old table pass to the new one.
 * @throws LandbridgeError (refused) TARGET_WRITTEN_SINCE, TARGET_DEPENDENTS, TARGET_NAME_TAKEN; TARGET_LOCKED, with a
 *   transient cause, when readers hold on to the old tables
 */
export const takePlace = async (client: Client, replacement: Replacement): Promise<void> => {
  await inTransaction(client, () => exchange(client, replacement)).catch((error: unknown) => {
    throw explained(error, replacement.oldRun);
  });
};

const exchange = async (client: Client, { oldRun, oldPlan, newRun, newPlan }: Replacement): Promise<void> => {
  await client.query(`SET LOCAL lock_timeout = ${quoteLiteral(LOCK_TIMEOUT)}`);
  const old = await relations(client, oldRun.loadSchema);
  const tables = oldPlan.tables.map(({ target }) => target).filter((name) => isTable(old.get(name)));
  const views = oldPlan.views.map(({ target }) => target).filter((name) => old.get(name) === "v");
  const names = (all: readonly string[]): string => all.map((name) => qualified(oldRun.loadSchema, name)).join(", ");

  if (tables.length > 0) await client.query(`LOCK TABLE ${names(tables)} IN ACCESS EXCLUSIVE MODE`);
  const changed = await findForeignWrites(client, oldPlan, oldRun);
  if (changed.length > 0) throw writtenSince(oldRun, describeForeignWrites(changed));

  const grants = await grantsOn(client, oldRun.loadSchema, [...tables, ...views]);
  if (views.length > 0) await client.query(`DROP VIEW ${names(views)} RESTRICT`);
  if (tables.length > 0) await client.query(`DROP TABLE ${names(tables)} RESTRICT`);
  for (const { function: called } of oldPlan.triggers)
    await client.query(`DROP FUNCTION IF EXISTS ${qualified(oldRun.loadSchema, called)}() RESTRICT`);
  for (const { name } of oldPlan.enums)
    await client.query(`DROP TYPE IF EXISTS ${qualified(oldRun.loadSchema, name)} RESTRICT`);
  const kept = [newPlan, ...(await otherPlans(client, oldRun, newRun))].flatMap(({ textSearch = [] }) => textSearch);
  await dropOldTextSearch(client, { plan: oldPlan, schema: oldRun.loadSchema }, kept);
  await moveAll(client, newRun.loadSchema, newRun.schema);
  await grantAgain(client, newRun.schema, grants);
  await client.query(`DROP SCHEMA ${quoteIdentifier(newRun.loadSchema)} RESTRICT`);

  await forgetRun(client, oldRun);
  await client.query("UPDATE landbridge.runs SET load_schema = schema_name, updated_at = now() WHERE run_id = $1", [
    newRun.id,
  ]);
};

/** Loads of other files in the same schema share its text search, and bodies of functions are no dependency that the server knows. */
const otherPlans = async (client: Client, oldRun: LedgerRun, newRun: LedgerRun): Promise<Plan[]> => {
  const plans: Plan[] = [];
  for (const { id } of await currentRuns(client, newRun.schema))
    if (id !== oldRun.id && id !== newRun.id) plans.push(await readStoredPlan(client, id));
  return plans;
};

const isTable = (kind: string | undefined): boolean => kind === "r" || kind === "p";

const relations = async (client: Client, schema: string): Promise<ReadonlyMap<string, string>> => {
  const { rows } = await client.query<{ name: string; kind: string }>(
    "SELECT relname AS name, relkind AS kind FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)",
    [schema],
  );
  return new Map(rows.map(({ name, kind }) => [name, kind]));
};

/**
 * Indexes, constraints and owned sequences go with their table; a table's row type too. Types and functions come first
 * only for tidiness: everything refers to everything by identity, not by name. Only bodies of functions go by names, in the
 * search_path that the function carries: it follows the tables.
 */
const MOVES = `
  WITH here AS (SELECT oid, nspname AS old, $2::text AS new FROM pg_namespace WHERE nspname = $1)
  SELECT format('ALTER TYPE %I.%I SET SCHEMA %I', here.old, t.typname, here.new) AS move FROM pg_type t, here
    WHERE t.typnamespace = here.oid AND t.typtype IN ('e', 'd')
  UNION ALL
  SELECT format('ALTER ROUTINE %s SET search_path = %s', p.oid::regprocedure, substr(path.moved, 3, length(path.moved) - 4))
    FROM pg_proc p, unnest(p.proconfig) AS setting, here,
      LATERAL (SELECT ', ' || substr(setting, 13) || ', ' AS old) AS list,
      LATERAL (SELECT replace(list.old, ', ' || quote_ident(here.old) || ', ', ', ' || quote_ident(here.new) || ', ') AS moved) AS path
    WHERE p.pronamespace = here.oid AND setting LIKE 'search_path=%' AND path.moved <> list.old
  UNION ALL
  SELECT format('ALTER ROUTINE %s SET SCHEMA %I', p.oid::regprocedure, here.new) FROM pg_proc p, here WHERE p.pronamespace = here.oid
  UNION ALL
  SELECT format('ALTER %s %I.%I SET SCHEMA %I',
    CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, here.old, c.relname, here.new)
  FROM pg_class c, here WHERE c.relnamespace = here.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
                    AND d.refclassid = 'pg_class'::regclass AND c.relkind = 'S')`;

const moveAll = async (client: Client, from: string, to: string): Promise<void> => {
  const { rows } = await client.query<{ move: string }>(MOVES, [from, to]);
  for (const { move } of rows) await client.query(move);
};

interface Grant {
  readonly table: string;
  readonly words: string;
}

/** What others were allowed to do with the old tables, as they must be with the new: an application keeps its access. */
const grantsOn = async (client: Client, schema: string, tables: readonly string[]): Promise<Grant[]> => {
  const { rows } = await client.query<{ table: string; privileges: string; grantee: string; option: boolean }>(
    `SELECT c.relname AS table, string_agg(a.privilege_type, ', ') AS privileges,
            CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS grantee, a.is_grantable AS option
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
     WHERE n.nspname = $1 AND c.relname = ANY ($2::text[]) AND a.grantee <> c.relowner GROUP BY c.relname, a.grantee, a.is_grantable`,
    [schema, tables],
  );
  return rows.map(({ table, privileges, grantee, option }) => ({
    table,
    words: `${privileges} ON %s TO ${grantee}${option ? " WITH GRANT OPTION" : ""}`,
  }));
};

const grantAgain = async (client: Client, schema: string, grants: readonly Grant[]): Promise<void> => {
  const there = await relations(client, schema);
  for (const { table, words } of grants)
    if (there.has(table)) await client.query(`GRANT ${words.replace("%s", () => qualified(schema, table))}`);
};

const explained = (error: unknown, { schema }: LedgerRun): unknown => {
  switch (sqlState(error)) {
    case "2BP01":
      return refusal({
        code: "TARGET_DEPENDENTS",
        message: `Objects that are not Landbridge's depend on the tables in schema "${schema}", so these stay: ${detailOf(error)}`,
        remedy: "Drop or move those objects, or load into another schema with --schema.",
        cause: error,
      });
    case "42P07":
    case "42710":
    case "42723":
      return refusal({
        code: "TARGET_NAME_TAKEN",
        message: `Schema "${schema}" has an object that is not Landbridge's under a name that is needed: ${messageOf(error)}.`,
        remedy: "Rename or drop it, or load into another schema with --schema.",
        cause: error,
      });
    case "55P03":
      return new LandbridgeError({
        code: "TARGET_LOCKED",
        message: `Other sessions have been reading the tables in schema "${schema}" for ${LOCK_TIMEOUT} without an end.`,
        remedy: "End those sessions, then run again with --resume: the new tables are loaded and wait.",
        cause: error,
      });
    default:
      return error;
  }
};

/** The server lists what depends in the detail, not in the message. */
const detailOf = (error: unknown): string =>
  error instanceof Error && "detail" in error && typeof error.detail === "string" ? error.detail : messageOf(error);
