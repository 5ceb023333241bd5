/** Makes the file of a random database; what SQLite refuses of it is left out. */
import Database from "better-sqlite3";
import type { ColumnSpec, DatabaseSpec, TableSpec } from "./database.ts";
import type { Bound } from "./values.ts";

const STRICT = ["INTEGER", "INT", "REAL", "TEXT", "BLOB", "ANY"];

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Builds the file; a statement that SQLite refuses (a name twice, a check that fails) is left out. Gives the statements that stood. */
export const buildDatabase = (path: string, spec: DatabaseSpec): string[] => {
  const db = new Database(path);
  const stood: string[] = [];
  const attempt = (sql: string, values: readonly unknown[] = []): boolean => {
    try {
      db.prepare(sql).run(...values);
      stood.push(values.length === 0 ? sql : `${sql} -- ${values.map(shown).join(", ")}`);
      return true;
    } catch (error) {
      if (error instanceof Database.SqliteError || error instanceof RangeError) return false;
      throw error;
    }
  };
  try {
    db.unsafeMode(true);
    db.pragma("foreign_keys = OFF");
    attempt(`PRAGMA encoding = '${spec.encoding}'`);
    spec.tables.forEach((table, i) => {
      const made = [true, false].some((full) => attempt(createTable(table, spec, full)));
      if (!made && i === 0) attempt(`CREATE TABLE ${quoted(table.name)} (a, b)`);
      for (let row = 0; row < table.rows; row++) insert(table, spec, row, attempt);
      for (const index of table.indexes) attempt(createIndex(table, index));
    });
    const [first] = spec.tables;
    const viewed = spec.tables[(spec.view?.of ?? 0) % spec.tables.length];
    if (spec.view && viewed) attempt(`CREATE VIEW ${quoted(spec.view.name)} AS SELECT * FROM ${quoted(viewed.name)}`);
    if (spec.trigger && first)
      attempt(
        `CREATE TRIGGER "on ${first.name.replaceAll('"', '""')}" AFTER DELETE ON ${quoted(first.name)} BEGIN SELECT 1; END`,
      );
  } finally {
    db.close();
  }
  return stood;
};

const shown = (value: unknown): string =>
  Buffer.isBuffer(value)
    ? `x'${value.toString("hex")}'`
    : typeof value === "string"
      ? JSON.stringify(value)
      : Object.is(value, -0)
        ? "-0.0"
        : String(value);

const columnAt = (table: TableSpec, at: number): ColumnSpec => table.columns[at % table.columns.length] as ColumnSpec;

const isStrict = (table: TableSpec): boolean => table.kind.startsWith("STRICT");

/** @param full false: only names and types, for a schema whose constraints SQLite refuses */
const createTable = (table: TableSpec, spec: DatabaseSpec, full: boolean): string => {
  const columns = table.columns.map((column) => {
    const declared = isStrict(table) ? (STRICT[column.declared.length % STRICT.length] ?? "ANY") : column.declared;
    const words = [quoted(column.name), declared];
    if (!full) return words.join(" ");
    const base = columnAt(table, column.generated?.of ?? 0);
    if (column.generated && base !== column && !base.generated)
      return [
        ...words,
        `AS (${column.generated.expression.replace("%s", () => quoted(base.name))})`,
        column.generated.stored ? "STORED" : "",
      ].join(" ");
    if (table.alias === null && table.key === null) words.push(column.constraint);
    words.push(column.collate);
    if (column.default !== null) words.push(`DEFAULT ${column.default}`);
    if (column.notNull && column.nulls.every((isNull) => !isNull)) words.push("NOT NULL");
    if (column.check !== null) words.push(`CHECK (${column.check.replaceAll("%s", () => quoted(column.name))})`);
    return words.join(" ");
  });
  const parts =
    table.alias === null
      ? columns
      : [
          `${quoted(table.aliasName)} ${isStrict(table) ? table.alias.replace(/^INT /, "INTEGER ") : table.alias}`,
          ...columns,
        ];
  if (full) parts.push(...tableConstraints(table, spec));
  return `CREATE TABLE ${quoted(table.name)} (${parts.join(", ")}) ${table.kind}`;
};

const tableConstraints = (table: TableSpec, spec: DatabaseSpec): string[] => {
  const list = (at: readonly number[]): string =>
    [...new Set(at.map((i) => quoted(columnAt(table, i).name)))].join(", ");
  const parts: string[] = [];
  if (table.alias === null && table.key) parts.push(`PRIMARY KEY (${list(table.key)})`);
  if (table.unique) parts.push(`UNIQUE (${list(table.unique)})`);
  const parent = spec.tables[(table.foreign?.parent ?? 0) % spec.tables.length];
  if (table.foreign && parent) {
    const names = [...(parent.alias === null ? [] : [parent.aliasName]), ...parent.columns.map(({ name }) => name)];
    const to = table.foreign.bare ? "" : ` (${quoted(names[table.foreign.to % names.length] ?? "")})`;
    parts.push(
      `FOREIGN KEY (${list([table.foreign.child])}) REFERENCES ${quoted(parent.name)}${to} ${table.foreign.action}`,
    );
  }
  return parts;
};

const insert = (
  table: TableSpec,
  spec: DatabaseSpec,
  row: number,
  attempt: (sql: string, values: readonly unknown[]) => boolean,
): void => {
  const names: string[] = [];
  const values: Bound[] = [];
  const rowid = table.rowids?.[row];
  if (rowid !== undefined) {
    names.push(table.alias === null ? "rowid" : quoted(table.aliasName));
    values.push(rowid);
  }
  const parent = spec.tables[(table.foreign?.parent ?? 0) % spec.tables.length];
  for (const column of table.columns) {
    if (
      column.generated &&
      columnAt(table, column.generated.of) !== column &&
      !columnAt(table, column.generated.of).generated
    )
      continue;
    names.push(quoted(column.name));
    const at = table.repeat ? row % 2 : row;
    const follows =
      table.foreign?.follow === true && columnAt(table, table.foreign.child) === column && parent !== undefined;
    const from = follows ? columnAt(parent, table.foreign?.to ?? 0) : column;
    values.push(column.nulls[at] ? null : (from.values[at] ?? null));
  }
  const places = values.map((value) =>
    value !== null && typeof value === "object" && "text" in value ? "CAST(? AS TEXT)" : "?",
  );
  const bound = values.map((value) =>
    value !== null && typeof value === "object" && "text" in value ? value.text : value,
  );
  attempt(`INSERT INTO ${quoted(table.name)} (${names.join(", ")}) VALUES (${places.join(", ")})`, bound);
};

const createIndex = (table: TableSpec, index: TableSpec["indexes"][number]): string => {
  const parts = index.columns.map(({ at, form }) => form.replace("%s", () => quoted(columnAt(table, at).name)));
  const where =
    index.where === null
      ? ""
      : ` WHERE ${index.where.replace("%s", () => quoted(columnAt(table, index.columns[0]?.at ?? 0).name))}`;
  return `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${quoted(index.name)} ON ${quoted(table.name)} (${parts.join(", ")})${where}`;
};
