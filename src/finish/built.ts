/** What of the plan is built already. Finish asks before it builds, and again when the server says that a name is taken. */
import type { Client } from "pg";
import type { Statement, StatementKind } from "../plan/ddl/ddl.ts";
import { qualified } from "../target/quote.ts";
import { isRefusal, sqlState } from "../target/sqlstate.ts";
import type { Finishing } from "./finishing.ts";
import { inSession, type Session } from "./sessions.ts";

const BUILT = `
  SELECT kind, "table", object FROM (
    SELECT CASE WHEN i.indisvalid AND i.indisready THEN 'index' ELSE 'broken' END AS kind, t.relname AS "table", c.relname AS object
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = $1
    UNION ALL
    SELECT CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' ELSE 'foreign key' END, t.relname, k.conname
    FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = $1 AND k.contype IN ('p', 'u', 'f')
    UNION ALL
    SELECT 'validate', t.relname, k.conname
    FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = $1 AND k.contype = 'f' AND k.convalidated
    UNION ALL
    SELECT 'view', NULL, c.relname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'v'
    UNION ALL
    SELECT 'trigger', c.relname, g.tgname
    FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND NOT g.tgisinternal
  ) AS built WHERE $2::text IS NULL OR object = $2`;

type Kind = StatementKind | "broken";

/** The objects of one schema by kind, table and name. */
export class Built {
  readonly #objects: ReadonlySet<string>;

  constructor(rows: readonly BuiltRow[]) {
    this.#objects = new Set(rows.map(({ kind, table, object }) => identity(kind, table, object)));
  }

  has({ kind, table, object }: Pick<Statement, "kind" | "table" | "object">): boolean {
    return this.#objects.has(identity(kind, table, object));
  }

  /** An index that a broken-off build left behind: it is there, but no query uses it. */
  isBroken({ table, object }: Pick<Statement, "table" | "object">): boolean {
    return this.#objects.has(identity("broken", table, object));
  }
}

interface BuiltRow {
  readonly kind: Kind;
  readonly table: string | null;
  readonly object: string;
}

const identity = (kind: Kind, table: string | null, object: string): string => JSON.stringify([kind, table, object]);

/** What the schema holds; only the objects of one name where `object` is given. */
export const readBuilt = async (client: Client, schema: string, object: string | null = null): Promise<Built> => {
  const { rows } = await client.query<BuiltRow>(BUILT, [schema, object]);
  return new Built(rows);
};

/** What the schema of this step holds by now, asked in a session of its own. */
export const builtNow = (finishing: Finishing): Promise<Built> =>
  inSession(finishing, {}, (session) => session.use("the catalogue", (client) => readBuilt(client, finishing.schema)));

/** Removes what a broken-off CREATE INDEX left, so that it can be built again. */
export const dropBroken = async (client: Client, schema: string, built: Built, statements: readonly Statement[]) => {
  for (const statement of statements)
    if (built.isBroken(statement)) await client.query(`DROP INDEX ${qualified(schema, statement.object)}`);
};

export interface Refused {
  readonly statement: Statement;
  readonly error: unknown;
}

/**
 * Runs the statements: all in one transaction and one round trip where that works, else one by one.
 * Gives those that the server refuses; an object that somebody (a killed run's backend) has built meanwhile is none of them.
 * @throws what does not pass: a lost server, no space, no privilege to connect
 */
export const runStatements = async (
  session: Session,
  schema: string,
  statements: readonly Statement[],
  attempts?: number,
): Promise<Refused[]> => {
  if (statements.length > 1 && (await session.use("a batch of DDL", (client) => runTogether(client, statements))))
    return [];
  const refused: Refused[] = [];
  for (const statement of statements) {
    const what = `${statement.kind} ${statement.object}`;
    const error = await session.use(what, (client) => runAlone(client, schema, statement), attempts);
    if (error !== null) refused.push({ statement, error });
  }
  return refused;
};

const runTogether = async (client: Client, statements: readonly Statement[]): Promise<boolean> => {
  try {
    await client.query(`BEGIN;\n${statements.map(({ sql }) => sql).join("\n;\n")}\n;\nCOMMIT`);
    return true;
  } catch (error) {
    await client.query("ROLLBACK");
    // A deadlock or a lock that does not come is more likely for many objects at once than for each alone.
    if (isRefusal(error) || LOCKS.has(sqlState(error) ?? "")) return false;
    throw error;
  }
};

/** deadlock_detected, lock_not_available */
const LOCKS: ReadonlySet<string> = new Set(["40P01", "55P03"]);

const runAlone = async (client: Client, schema: string, statement: Statement): Promise<unknown> => {
  try {
    await client.query(statement.sql);
    return null;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const built = await readBuilt(client, schema, statement.object);
    return built.has(statement) ? null : error;
  }
};
