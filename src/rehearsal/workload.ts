/**
 * What the load consists of: tables of the crossing that rows can be added to, changed and looked up in, by statements that are
 * the same in both databases and valid whatever the rows hold.
 */
import type { Plan, PlanColumn, PlanTable } from "../plan/model.ts";
import { quoteSqlite } from "../source/quote.ts";
import { qualified, quoteIdentifier } from "../target/quote.ts";

export interface WorkTable {
  /** In SQLite and in PostgreSQL. */
  readonly source: string;
  readonly target: string;
  readonly key: Pair;
  /** A column that an update sets to its own value: a new version of the row, and nothing changed. */
  readonly touched: Pair;
  /** What a new row takes from an old one, its key aside; null where a second such row would break a uniqueness. */
  readonly copied: readonly Pair[] | null;
}

interface Pair {
  readonly source: string;
  readonly target: string;
}

/** More tables than this only make the load less clear. */
const TABLES = 4;
/** What a probe is made from: enough that pages and index levels matter, few enough to be copied in seconds. */
export const WORK_ROWS = 50_000;

/** The largest tables with an integer key of their own; `virtual` names what is no ordinary table in SQLite. */
export const workTables = (plan: Plan, virtual: ReadonlySet<string>): readonly WorkTable[] =>
  plan.tables
    .filter(({ source, rows }) => rows > 0 && !virtual.has(source))
    .sort((a, b) => b.rows - a.rows)
    .flatMap((table) => workTable(table) ?? [])
    .slice(0, TABLES);

const workTable = (table: PlanTable): WorkTable | null => {
  const { read, columns, primaryKey } = table;
  const [keyName] = primaryKey?.columns ?? [];
  const key = columns.find(({ target }) => target === keyName);
  // A partitioned table's copy would take its numbers from the table's own sequence.
  if (table.partitioning !== null) return null;
  if (read.by !== "rowid" || key === undefined || key.source !== read.alias || primaryKey?.columns.length !== 1)
    return null;
  const others = columns.filter((column) => column !== key && column.generated === null);
  const indexed = indexedColumns(table);
  const touched = others.find(({ target }) => !indexed.has(target)) ?? others[0];
  if (touched === undefined) return null;
  const unique = table.uniques.length > 0 || table.indexes.some((index) => index.unique);
  return {
    source: table.source,
    target: table.target,
    key: pair(key),
    touched: pair(touched),
    copied: unique || key.identity === null ? null : others.map(pair),
  };
};

const pair = ({ source, target }: PlanColumn): Pair => ({ source, target });

const indexedColumns = ({ indexes, uniques, foreignKeys }: PlanTable): ReadonlySet<string> =>
  new Set([
    ...indexes.flatMap(({ elements }) => elements.map((element) => element.replace(/^"|"$/g, ""))),
    ...uniques.flatMap(({ columns }) => columns),
    ...foreignKeys.flatMap(({ columns }) => columns),
  ]);

/** Where no table of the source will do: both sides get this one. */
export const OWN_TABLE: WorkTable = {
  source: "landbridge_rehearsal",
  target: "landbridge_rehearsal",
  key: { source: "id", target: "id" },
  touched: { source: "body", target: "body" },
  copied: [{ source: "body", target: "body" }],
};
export const OWN_ROWS = 1000;

/** One table's statements; each takes a key as its only parameter. */
export interface Statements {
  readonly update: string;
  readonly insert: string | null;
  readonly select: string;
}

export const sqliteStatements = ({ source, key, touched, copied }: WorkTable): Statements => {
  const table = quoteSqlite(source);
  const where = `WHERE ${quoteSqlite(key.source)} = ?`;
  const list = copied?.map(({ source: name }) => quoteSqlite(name)).join(", ");
  return {
    update: `UPDATE ${table} SET ${quoteSqlite(touched.source)} = ${quoteSqlite(touched.source)} ${where}`,
    insert: list === undefined ? null : `INSERT INTO ${table} (${list}) SELECT ${list} FROM ${table} ${where}`,
    select: `SELECT * FROM ${table} ${where}`,
  };
};

export const postgresStatements = ({ target, key, touched, copied }: WorkTable, schema: string): Statements => {
  const table = qualified(schema, target);
  const where = `WHERE ${quoteIdentifier(key.target)} = $1`;
  const list = copied?.map(({ target: name }) => quoteIdentifier(name)).join(", ");
  return {
    update: `UPDATE ${table} SET ${quoteIdentifier(touched.target)} = ${quoteIdentifier(touched.target)} ${where}`,
    insert: list === undefined ? null : `INSERT INTO ${table} (${list}) SELECT ${list} FROM ${table} ${where}`,
    select: `SELECT * FROM ${table} ${where}`,
  };
};

/** What a client does at its n-th turn: tables in turn, a key by chance, every second write an insert where that is possible. */
export interface Turn {
  readonly table: number;
  readonly key: bigint;
  readonly insert: boolean;
}

/**
 * The turns of one client, the same for the same seed (xorshift32, which must not start at 0).
 * @param keys per table
 */
export const turns = (keys: readonly (readonly bigint[])[], seed: number): ((turn: number) => Turn) => {
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1;
  return (turn) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const table = turn % keys.length;
    const those = keys[table]!;
    return { table, key: those[(state >>> 0) % those.length]!, insert: Math.floor(turn / keys.length) % 2 === 1 };
  };
};
