/**
 * Decides, without any code of src/, whether a SQLite file arrived in PostgreSQL: every value equal by docs/types.md, or its row
 * named in landbridge.rejects. It knows names (from the report), the file, and the target's catalogue; nothing of the plan.
 */
import { createHash } from "node:crypto";
import type { Client } from "pg";
import { type MappingPolicies, mappingFor, NULL, type Reading } from "./oracle/mapping.ts";
import { rejectedRows, storedKey } from "./oracle/rejects.ts";
import { openSource, type SourceFile, type Stored } from "./oracle/source.ts";
import { type TargetColumn, targetColumns, targetRows } from "./oracle/target.ts";

export interface NamedTable {
  readonly name: string;
  /** "" where the table does not cross. */
  readonly target: string;
  readonly columns: readonly { readonly source: string; readonly target: string }[];
}

export interface OracleInput {
  readonly path: string;
  readonly client: Client;
  readonly schema: string;
  readonly runId: string;
  readonly tables: readonly NamedTable[];
  readonly policies?: Partial<MappingPolicies>;
  /** Columns that the user does not want in the target. */
  readonly leftOut?: (table: string, column: string) => boolean;
  /** Columns that the report calls added: in the target alone, and nothing else may be. */
  readonly added?: readonly { readonly table: string; readonly column: string }[];
}

export interface OracleVerdict {
  /** One sentence each; none: everything is equal or named as rejected. */
  readonly differences: readonly string[];
  readonly rows: number;
  readonly rejected: number;
  /** Rejected rows all of whose values could have arrived by docs/types.md: the server must have had a reason. */
  readonly rejectedThoughSound: number;
}

const DEFAULTS: MappingPolicies = {
  ...{ nul: "reject", invalid: "reject", json: "text", mixed: false, zones: [], empty: () => false },
};

/** Compares every table; throws only for what is a defect of the oracle or a broken connection. */
export const consult = async (input: OracleInput): Promise<OracleVerdict> => {
  const source = openSource(input.path);
  const differences: string[] = [];
  let [rows, rejected, rejectedThoughSound] = [0, 0, 0];
  try {
    for (const name of source.tables) {
      const named = input.tables.filter((table) => table.name === name);
      if (named.length !== 1) differences.push(`${name}: reported ${named.length} times`);
      const [table] = named;
      if (!table || table.target === "") continue;
      const outcome = await compareTable(source, table, input);
      differences.push(...outcome.differences.map((difference) => `${name}: ${difference}`));
      rows += outcome.rows;
      rejected += outcome.rejected;
      rejectedThoughSound += outcome.rejectedThoughSound;
    }
  } finally {
    source.close();
  }
  return { differences, rows, rejected, rejectedThoughSound };
};

const compareTable = async (source: SourceFile, table: NamedTable, input: OracleInput): Promise<OracleVerdict> => {
  const names = columnNames(source, table).filter((name) => input.leftOut?.(table.name, name) !== true);
  const found = await targetColumns(input.client, input.schema, table.target);
  const failed = (difference: string): OracleVerdict => ({
    ...{ differences: [difference], rows: 0, rejected: 0, rejectedThoughSound: 0 },
  });
  if (!found) return failed("there is no such table in the target");
  const targets = names.map((name) => table.columns.find(({ source: from }) => from === name)?.target);
  const columns = targets.map((target) => found.find(({ name }) => name === target));
  const absent = names.filter((_, i) => columns[i] === undefined);
  if (absent.length > 0) return failed(`columns that did not arrive: ${absent.join(", ")}`);
  const added = (input.added ?? []).filter((one) => one.table === table.target).map(({ column }) => column);
  const others = found.map(({ name }) => name).filter((name) => !targets.includes(name));
  if (found.length !== names.length + others.length || [...others].sort().join() !== [...added].sort().join())
    return failed(`${found.length} columns in the target, ${names.length} in the source, added: ${added.join(", ")}`);
  const known = columns.filter((column) => column !== undefined);
  const arrived = await readTarget(known, table, input, source.encoding);
  return matchRows(source, table.name, names, known, arrived, input);
};

/** A full-text table is keyed by its rowid, which is no column of it: the report's own columns say so. */
const columnNames = (source: SourceFile, table: NamedTable): readonly string[] => {
  const declared = source.columns(table.name);
  const extra = table.columns.map(({ source: from }) => from).filter((from) => !declared.includes(from));
  return [...extra.filter((from) => from === "rowid" || from === "docid"), ...declared];
};

const rowKey = (values: readonly string[]): string =>
  createHash("sha256")
    .update(values.map((value) => `${value.length}:${value}`).join())
    .digest("base64");

const readTarget = async (
  columns: readonly TargetColumn[],
  table: NamedTable,
  { client, schema, policies }: OracleInput,
  encoding: SourceFile["encoding"],
): Promise<string[][]> => {
  const mappings = columns.map(({ type }) => mappingFor(type, encoding, { ...DEFAULTS, ...policies }));
  const rows: string[][] = [];
  for await (const row of targetRows(client, schema, table.target, columns))
    rows.push(row.map((shown, i) => (shown === null ? NULL : `=${mappings[i]?.target(shown)}`)));
  return rows;
};

const matchRows = async (
  source: SourceFile,
  table: string,
  names: readonly string[],
  columns: readonly TargetColumn[],
  arrived: readonly string[][],
  { client, runId, policies }: OracleInput,
): Promise<OracleVerdict> => {
  const differences: string[] = [];
  const rejects = await rejectedRows(client, runId, table);
  const expected: Stored[][] = [];
  const setAside: Stored[][] = [];
  const copied = columns.map(({ generated }) => !generated);
  const copiedNames = names.filter((_, i) => copied[i]);
  let rows = 0;
  const isEmptied = names.map((name) => (policies?.empty ?? DEFAULTS.empty)(table, name));
  const asExpected = (value: Stored, i: number): Stored =>
    isEmptied[i] && value.is === "text" && value.bytes.length === 0 ? { is: "null" } : value;
  for (const row of source.rows(table, names)) {
    rows += 1;
    const original = (): Stored[] => row.filter((_, i) => copied[i]);
    const key = rejects.size > 0 ? storedKey(copiedNames, original(), source.encoding) : null;
    const left = key === null ? 0 : (rejects.get(key) ?? 0);
    if (key !== null && left > 0) rejects.set(key, left - 1);
    (left > 0 ? setAside : expected).push(row.map(asExpected));
  }
  const unknown = [...rejects].filter(([, left]) => left > 0);
  if (unknown.length > 0)
    differences.push(`${unknown.length} rejects that are no rows of the source: ${unknown[0]?.[0]}`);
  const readings = columns.map((column, i) => {
    const mapping = mappingFor(column.type, source.encoding, { ...DEFAULTS, ...policies });
    const values = expected.map((row) => row[i] ?? { is: "null" as const });
    const trouble = mapping.whole?.(values) ?? null;
    if (trouble) differences.push(`${names[i]} (${column.type}): ${trouble}`);
    return bestReading(mapping.readings, values, new Set(arrived.map((row) => row[i] ?? "")));
  });
  const read = (row: readonly Stored[]): (string | null)[] =>
    row.map((value, i) => {
      const canonical = readings[i]?.(value) ?? null;
      if (canonical === NULL && columns[i]?.notNull) return null;
      return canonical === null || canonical === NULL ? canonical : `=${canonical}`;
    });
  const left = new Map<string, { count: number; row: string[] }>();
  for (const row of arrived) {
    const key = rowKey(row);
    left.set(key, { row, count: (left.get(key)?.count ?? 0) + 1 });
  }
  for (const row of expected) {
    const values = read(row);
    const entry = left.get(rowKey(values.map((value) => value ?? "cannot arrive")));
    if (entry && entry.count > 0) entry.count -= 1;
    else differences.push(`not in the target: ${describe(names, columns, row)}`);
  }
  for (const { row, count } of left.values())
    if (count > 0)
      differences.push(`${count} times in the target alone: ${row.map((value) => value.slice(0, 60)).join(" | ")}`);
  const sound = setAside.filter((row) => read(row).every((value) => value !== null)).length;
  return { differences: differences.slice(0, 20), rows, rejected: setAside.length, rejectedThoughSound: sound };
};

/** The reading that finds most of a column's values in the target. */
const bestReading = (readings: readonly Reading[], values: readonly Stored[], found: ReadonlySet<string>): Reading => {
  const hits = (reading: Reading): number =>
    readings.length === 1 ? 0 : values.filter((value) => found.has(`=${reading(value)}`)).length;
  return readings.toSorted((a, b) => hits(b) - hits(a))[0] as Reading;
};

const describe = (names: readonly string[], columns: readonly TargetColumn[], row: readonly Stored[]): string =>
  row
    .map((value, i) => {
      const shown =
        "bytes" in value ? value.bytes.toString("hex").slice(0, 80) : "value" in value ? String(value.value) : "";
      return `${names[i]} ${columns[i]?.type} ← ${value.is} ${shown}`;
    })
    .join(" | ")
    .slice(0, 600);
