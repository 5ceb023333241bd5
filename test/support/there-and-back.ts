/**
 * Compares two SQLite files without any code of src/: the words of their schemas, and each cell by storage class and bytes. What
 * is allowed to differ is named by the caller, column by column.
 */

import Database from "better-sqlite3";
import { canonicalJson } from "./oracle/json.ts";
import { doubleBits, exactDecimal, realText } from "./oracle/numbers.ts";
import { openSource, type SourceFile, type Stored } from "./oracle/source.ts";
import { decode } from "./oracle/text.ts";

/** How a column's cells are compared where their storage may have changed, each stricter than the next. */
export type Leniency =
  /** The same JSON, with exact numbers. */
  | "json"
  /** The same number, whichever class holds it. */
  | "number"
  /** The same UUID, moment or truth value. */
  | "spelling"
  /** The same text that each would cross as. */
  | "text"
  /** The same bytes, those that are stored of a text. */
  | "bytes";

export interface Comparison {
  /** By `table.column`. */
  readonly lenient?: ReadonlyMap<string, Leniency>;
  /** Tables whose rowids are theirs alone to choose: no key, and read in another order than they were made in. */
  readonly renumbered?: ReadonlySet<string>;
  /** Objects that are not expected to be there again, e.g. "index i". */
  readonly refused?: ReadonlySet<string>;
  /** Tables that the load left out: there, and empty. */
  readonly empty?: ReadonlySet<string>;
}

/** One sentence a difference; none: the second file is the first one again. */
export const differencesOf = (before: string, after: string, allowed: Comparison = {}): string[] => {
  const [left, right] = [openSource(before), openSource(after)];
  try {
    return [
      ...(left.encoding === right.encoding ? [] : [`encoding ${left.encoding} → ${right.encoding}`]),
      ...schemaDifferences(before, after, allowed),
      ...left.tables.flatMap((table) =>
        right.tables.includes(table) && allowed.empty?.has(table) !== true
          ? tableDifferences(left, right, table, { before, after, allowed })
          : [],
      ),
    ].slice(0, 20);
  } finally {
    left.close();
    right.close();
  }
};

const HEADER = ["user_version", "application_id", "page_size", "auto_vacuum"];

const schemaDifferences = (before: string, after: string, { refused }: Comparison): string[] => {
  const [left, right] = [schemaOf(before), schemaOf(after)];
  const missing = [...left].filter((object) => !right.has(object) && refused?.has(nameOf(object)) !== true);
  const more = [...right].filter((object) => !left.has(object) && nameOf(object) !== "table landbridge_rejects");
  return [
    ...missing.map((object) => `not there again: ${object}`),
    ...more.map((object) => `was not there: ${object}`),
  ];
};

const nameOf = (object: string): string => object.split("\u0000")[0] ?? "";

const schemaOf = (path: string): Set<string> => {
  const db = new Database(path, { readonly: true });
  const shadows = new Set(
    (db.pragma("table_list") as { type: string; name: string }[])
      .filter(({ type }) => type === "shadow")
      .map(({ name }) => name),
  );
  const rows = db.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema").raw(true).all() as (string | null)[][];
  const header = HEADER.map((name) => `${name}\u0000${db.pragma(name, { simple: true })}`);
  const hasSequences = rows.some(([, name]) => name === "sqlite_sequence");
  const sequences = hasSequences
    ? (db.prepare("SELECT name, seq FROM sqlite_sequence").raw(true).safeIntegers(true).all() as unknown[][])
    : [];
  db.close();
  return new Set([
    ...header,
    ...rows
      .filter(([, , table]) => !shadows.has(table ?? ""))
      .filter(([, name]) => !/^sqlite_(?:stat\d|sequence)$/.test(name ?? ""))
      .map(([type, name, table, sql]) => `${type} ${name}\u0000${table}\u0000${sql}`),
    ...sequences.map(([name, seq]) => `sequence ${String(name)}\u0000${String(seq)}`),
  ]);
};

interface Sides {
  readonly before: string;
  readonly after: string;
  readonly allowed: Comparison;
}

const tableDifferences = (
  left: SourceFile,
  right: SourceFile,
  table: string,
  { before, after, allowed }: Sides,
): string[] => {
  const columns = comparedColumns(before, left.columns(table), table, allowed);
  const alias = allowed.renumbered?.has(table) === true ? null : (rowidOf(before, table) ?? rowidOf(after, table));
  const cells = columns.map((name) => allowed.lenient?.get(`${table}.${name}`));
  const read = (file: SourceFile): string[] => {
    const names = alias === null ? columns : [alias, ...columns];
    const rules = alias === null ? cells : [undefined, ...cells];
    return [...file.rows(table, names)].map((row) =>
      row.map((cell, at) => shown(cell, file.encoding, rules[at])).join(" | "),
    );
  };
  const there = counted(read(right));
  const missing = read(left).filter((row) => !take(there, row));
  const more = [...there].filter(([, count]) => count > 0).map(([row]) => row);
  return [
    ...missing.slice(0, 5).map((row) => `${table}: not there again: ${row}`),
    ...more.slice(0, 5).map((row) => `${table}: was not there: ${row}`),
  ];
};

/** What is computed of a value whose class may have changed may be something else. */
const comparedColumns = (
  path: string,
  all: readonly string[],
  table: string,
  { lenient }: Comparison,
): readonly string[] => {
  if (!all.some((name) => (lenient?.get(`${table}.${name}`) ?? "json") !== "json")) return all;
  const db = new Database(path, { readonly: true });
  const computed = db.prepare("SELECT name FROM pragma_table_xinfo(?) WHERE hidden IN (2, 3)").pluck().all(table);
  db.close();
  return all.filter((name) => !computed.includes(name));
};

/** A spelling of the rowid, where a column stands for it or a virtual table has it: elsewhere it is SQLite's own affair. */
const rowidOf = (path: string, table: string): string | null => {
  const db = new Database(path, { readonly: true });
  const columns = db.prepare("SELECT name FROM pragma_table_xinfo(?)").pluck().all(table) as string[];
  const list = db.prepare("SELECT type, wr FROM pragma_table_list(?)").get(table) as { type: string; wr: number };
  db.close();
  if (list.type !== "virtual" || list.wr === 1) return null;
  return ["rowid", "_rowid_", "oid"].find((name) => !columns.some((column) => column.toLowerCase() === name)) ?? null;
};

const counted = (rows: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row, (counts.get(row) ?? 0) + 1);
  return counts;
};

const take = (counts: Map<string, number>, row: string): boolean => {
  const left = counts.get(row) ?? 0;
  counts.set(row, left - 1);
  return left > 0;
};

const shown = (cell: Stored, encoding: SourceFile["encoding"], rule: Leniency | undefined): string => {
  if (cell.is === "null") return "null";
  if (rule === "json" && cell.is === "text") {
    const json = canonicalJson(decode(cell.bytes, encoding) ?? "");
    if (json !== null) return `json ${json}`;
  }
  if (rule === "number") {
    const number = "bytes" in cell ? decode(cell.bytes, encoding) : String(cell.value);
    const exact = number === null ? null : (exactDecimal(number) ?? number);
    if (exact !== null) return `number ${exact}`;
  }
  if (rule === "spelling")
    return `value ${unspelled("bytes" in cell ? (decode(cell.bytes, encoding) ?? "") : String(cell.value))}`;
  if (rule === "bytes" && "bytes" in cell) return `bytes ${cell.bytes.toString("hex")}`;
  if (rule === "text" || rule === "bytes") return `bytes ${crossed(cell, encoding)}`;
  if (cell.is === "integer") return `integer ${cell.value}`;
  if (cell.is === "real") return `real ${doubleBits(cell.value)}`;
  return `${cell.is} ${cell.bytes.toString("hex")}`;
};

const MOMENT = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(?: ?(Z|UTC|[+-]\d\d(?::?\d\d)?))?$/;

/** A moment in microseconds, a UUID's digits, a word in one case. */
const unspelled = (text: string): string => {
  const [, day, clock, seconds = "00", fraction = "", zone = "Z"] = MOMENT.exec(text) ?? [];
  if (day === undefined) {
    const plain = text
      .toLowerCase()
      .replace(/^urn:uuid:/, "")
      .replaceAll(/[-{}]/g, "");
    return /^(?:true|t|yes|y|on|1)$/.test(plain) ? "1" : /^(?:false|f|no|n|off|0)$/.test(plain) ? "0" : plain;
  }
  const offset = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3).replace(":", "") || "00"}` : "Z";
  const millis = Date.parse(`${day}T${clock}:${seconds}${offset}`);
  return String(BigInt(millis) * 1000n + BigInt(fraction.padEnd(6, "0")));
};

const crossed = (cell: Exclude<Stored, { is: "null" }>, encoding: SourceFile["encoding"]): string => {
  if (cell.is === "integer") return Buffer.from(String(cell.value)).toString("hex");
  if (cell.is === "real") return Buffer.from(realText(cell.value)).toString("hex");
  if (cell.is === "blob") return cell.bytes.toString("hex");
  const text = decode(cell.bytes, encoding);
  return text === null ? cell.bytes.toString("hex") : Buffer.from(text).toString("hex");
};
