/**
 * The rows that stay behind, as the ledger keeps them: JSON that loses nothing. Integers and reals are JSON numbers in exact
 * decimals; what JSON or jsonb cannot hold is tagged ($real, $text, $blob), and what is very long is left to the snapshot ($omitted).
 */
import type { PlanTable } from "../plan/model.ts";
import type { Encoding } from "../source/model.ts";
import { copiedColumns } from "./encode/compile.ts";
import { numberText } from "./encode/mixed.ts";
import { InvalidText, type Reject, type SqliteValue } from "./encode/reject.ts";
import { encodeText } from "./encode/text-cleaning.ts";
import type { RowShape } from "./rows/select.ts";

/** Longer values stay in the snapshot alone. */
const LONGEST_VALUE = 1 << 20;
/** The sum over a row after which every further value is left to the snapshot: jsonb holds 256 MB. */
const LONGEST_ROW = 64 << 20;

/** One row of landbridge.rejects, JSON columns as text. */
export interface KeptRow {
  readonly sourceKey: string | null;
  readonly rowid: string | null;
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
  readonly original: string;
}

/** Where a row stood, for tables that have nothing else to name it by. */
interface RowPlace {
  readonly key: bigint | null;
  /** From 0, in the order of the scan. */
  readonly ordinal: number;
}

/** A value too long to be read at all. */
export class Unread {
  readonly storage: "text" | "blob";
  readonly bytes: number;

  constructor(storage: "text" | "blob", bytes: number) {
    this.storage = storage;
    this.bytes = bytes;
  }
}

type KeptValue = SqliteValue | Unread;

export type Keeper = (row: readonly KeptValue[], place: RowPlace, reject: Reject) => KeptRow;

/** Compiled once per table. */
export const keeper = (table: PlanTable, shape: RowShape, encoding: Encoding): Keeper => {
  const columns = copiedColumns(table).map(({ source }) => source);
  const keyPositions = table.keyColumns.map((name) => columns.indexOf(name));
  const named = keyPositions.length > 0 && keyPositions.every((at) => at >= 0);
  const isRowid = table.read.by === "rowid";
  const hidden = table.read.by === "integer-key" && shape.hiddenKey ? table.read.column : null;
  const sourceKey = (row: readonly KeptValue[], { key, ordinal }: RowPlace): string => {
    if (named)
      return objectText(table.keyColumns.map((name, i) => [name, valueText(row[keyPositions[i]!]!, encoding)]));
    if (key === null) return `{"ordinal":${ordinal + 1}}`;
    return objectText([[hidden ?? "rowid", key.toString()]]);
  };
  return (row, place, { column, code, message }) => ({
    sourceKey: sourceKey(row, place),
    rowid: isRowid && place.key !== null ? place.key.toString() : null,
    column,
    code,
    message,
    original: originalText(columns, row, encoding),
  });
};

const originalText = (columns: readonly string[], row: readonly KeptValue[], encoding: Encoding): string => {
  let room = LONGEST_ROW;
  return objectText(
    columns.map((name, i) => {
      const text = valueText(row[i]!, encoding, room);
      room -= text.length;
      return [name, text];
    }),
  );
};

/** `{"name":value,…}` of names and values that are JSON already. */
const objectText = (entries: readonly (readonly [string, string])[]): string =>
  `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`;

/** One value as JSON. @param room characters that may be spent on it */
const valueText = (value: KeptValue, encoding: Encoding, room = LONGEST_ROW): string => {
  const longest = Math.min(LONGEST_VALUE, room);
  switch (typeof value) {
    case "bigint":
      return value.toString();
    case "number":
      if (!Number.isFinite(value)) return `{"$real":"${value > 0 ? "Infinity" : "-Infinity"}"}`;
      return Object.is(value, -0) ? '{"$real":"-0"}' : numberText(value);
    case "string": {
      const bytes = storedBytes(value, encoding);
      if (bytes > longest) return omittedText("text", bytes);
      return value.includes("\0")
        ? `{"$text":"${encodeText(value, encoding).toString("hex")}"}`
        : JSON.stringify(value);
    }
    default:
      if (value === null) return "null";
      if (value instanceof Unread) return omittedText(value.storage, value.bytes);
      if (value instanceof InvalidText)
        return value.bytes.length > longest
          ? omittedText("text", value.bytes.length)
          : `{"$text":"${value.bytes.toString("hex")}"}`;
      return value.length > longest ? omittedText("blob", value.length) : `{"$blob":"${value.toString("hex")}"}`;
  }
};

const omittedText = (storage: "text" | "blob", bytes: number): string =>
  `{"$omitted":{"class":"${storage}","bytes":${bytes}}}`;

const storedBytes = (text: string, encoding: Encoding): number =>
  encoding === "UTF-8" ? Buffer.byteLength(text) : text.length * 2;
