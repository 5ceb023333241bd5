/** One table for all tests of the translator: a column of every form, its declaration in SQLite and its scope in PostgreSQL. */
import type { SourceForm, TargetType } from "../../src/plan/model.ts";
import type { ScopeColumn } from "../../src/plan/translate/scope.ts";
import type { Affinity } from "../../src/source/model.ts";

export interface TestColumn {
  readonly name: string;
  readonly declared: string;
  readonly column: ScopeColumn;
}

const column = (
  name: string,
  declared: string,
  affinity: Affinity,
  type: TargetType,
  form: SourceForm,
  collation = "BINARY",
): TestColumn => ({ name, declared, column: { target: name, type, form, collation, affinity } });

/** A text column whose every value is known to be JSON. */
const document = (...given: Parameters<typeof column>): TestColumn => {
  const plain = column(...given);
  return { ...plain, column: { ...plain.column, document: true } };
};

const second: SourceForm = { kind: "iso-datetime", separator: " ", seconds: true, fraction: 0, zone: "" };
const isoZ: SourceForm = { kind: "iso-datetime", separator: "T", seconds: true, fraction: 3, zone: "Z" };

export const COLUMNS: readonly TestColumn[] = [
  column("i", "INTEGER", "INTEGER", { name: "bigint" }, { kind: "integer" }),
  column("k", "INT", "INTEGER", { name: "integer" }, { kind: "integer" }),
  column("r", "REAL", "REAL", { name: "double precision" }, { kind: "real" }),
  column("n", "DECIMAL(10,2)", "NUMERIC", { name: "numeric" }, { kind: "decimal" }),
  column("t", "TEXT", "TEXT", { name: "text" }, { kind: "text" }),
  column("u", "VARCHAR(50)", "TEXT", { name: "varchar", length: 50 }, { kind: "text" }),
  column("c", "TEXT COLLATE NOCASE", "TEXT", { name: "text" }, { kind: "text" }, "NOCASE"),
  column("p", "TEXT COLLATE RTRIM", "TEXT", { name: "text" }, { kind: "text" }, "RTRIM"),
  column("b", "BOOLEAN", "NUMERIC", { name: "boolean" }, { kind: "boolean-integer" }),
  column("w", "TEXT", "TEXT", { name: "boolean" }, { kind: "boolean-text", false: "false", true: "true" }),
  column("x", "BLOB", "BLOB", { name: "bytea" }, { kind: "blob" }),
  column("d", "DATE", "NUMERIC", { name: "date" }, { kind: "iso-date" }),
  column("s", "DATETIME", "NUMERIC", { name: "timestamp" }, second),
  column("z", "TEXT", "TEXT", { name: "timestamptz" }, isoZ),
  column("e", "INTEGER", "INTEGER", { name: "timestamp" }, { kind: "epoch", unit: "s", storage: "integer" }),
  column("m", "INTEGER", "INTEGER", { name: "timestamptz" }, { kind: "epoch", unit: "ms", storage: "integer" }),
  column("g", "TEXT", "TEXT", { name: "uuid" }, { kind: "uuid", spelling: "lower" }),
  column("j", "TEXT", "TEXT", { name: "jsonb" }, { kind: "json", numbers: false }),
  column("y", "TEXT", "TEXT", { name: "json" }, { kind: "json", numbers: false }),
  document("q", "TEXT", "TEXT", { name: "text" }, { kind: "text" }),
  column("l", "TEXT", "TEXT", { name: "array", element: { name: "text" } }, { kind: "json-array" }),
];

export const SCOPE: ReadonlyMap<string, ScopeColumn> = new Map(COLUMNS.map((entry) => [entry.name, entry.column]));
