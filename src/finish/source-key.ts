/**
 * From a row in the target back to its row in the snapshot: the values of its key columns in the spelling that SQLite holds.
 * Only forms with exactly one spelling lead back; a table with any other key column keeps its orphans.
 */
import type { PlanColumn, PlanTable } from "../plan/model.ts";

export type SourceKeyValue = bigint | number | string | Buffer;

/** What the ledger keeps of a row: JSON as text, as landbridge.rejects wants it. */
export interface OriginalRow {
  readonly sourceKey: string | null;
  readonly rowid: string | null;
  readonly original: string;
}

/** Reads a row of the snapshot by its key, in the order of `table.keyColumns`; null where not exactly one row has it. */
export type OriginalOf = (
  table: PlanTable,
  key: readonly SourceKeyValue[],
) => OriginalRow | null | Promise<OriginalRow | null>;

/** The table's key columns, or null where its rows cannot be addressed from the target. */
export const keyColumnsOf = (table: PlanTable): PlanColumn[] | null => {
  const columns = table.keyColumns.map((source) => table.columns.find((column) => column.source === source));
  const known = columns.filter((column) => column !== undefined && column.generated === null && leadsBack(column));
  return columns.length > 0 && known.length === columns.length ? (known as PlanColumn[]) : null;
};

const leadsBack = ({ form, type }: PlanColumn): boolean => {
  switch (form.kind) {
    case "integer":
    case "real":
    case "boolean-integer":
    case "boolean-text":
    case "uuid":
    case "iso-date":
      return true;
    case "blob":
      return type.name === "bytea";
    case "text":
      return type.name !== "bytea";
    default:
      return false;
  }
};

/** The value of a key column as SQLite holds it, from PostgreSQL's text of it (`column::text`). */
export const sourceValue = ({ form }: PlanColumn, text: string): SourceKeyValue => {
  switch (form.kind) {
    case "integer":
      return BigInt(text);
    case "real":
      return Number(text);
    case "boolean-integer":
      return text === "true" ? 1n : 0n;
    case "boolean-text":
      return text === "true" ? form.true : form.false;
    case "blob":
      return Buffer.from(text.slice(2), "hex");
    case "uuid":
      return uuidSpelling(form.spelling, text);
    default:
      return text;
  }
};

const uuidSpelling = (
  spelling: Extract<PlanColumn["form"], { kind: "uuid" }>["spelling"],
  text: string,
): string | Buffer => {
  const hex = text.replaceAll("-", "");
  switch (spelling) {
    case "lower":
      return text;
    case "upper":
      return text.toUpperCase();
    case "hex-lower":
      return hex;
    case "hex-upper":
      return hex.toUpperCase();
    case "blob":
      return Buffer.from(hex, "hex");
  }
};
