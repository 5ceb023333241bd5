/**
 * Rows with a value so long that SQLite's API cannot hand it out. No block query touches them; they stay behind with
 * the length of that value and everything else they hold, and the retained snapshot has them whole.
 */
import type { PlanTable } from "../plan/model.ts";
import { LONGEST_VALUE } from "../source/profile/survey.ts";
import { quoteSqlite } from "../source/quote.ts";
import { copiedColumns } from "./encode/compile.ts";
import type { SqliteValue } from "./encode/reject.ts";
import type { SliceEncoder } from "./encode-block.ts";
import { Unread } from "./kept-row.ts";
import { keyExpression, oversizeColumns, packed, rowShape } from "./rows/select.ts";
import { flagOf, textRestorer } from "./rows/stored-text.ts";
import type { CopySession, PreparedTable } from "./session.ts";
import { sliceRange } from "./slices.ts";

/** Adds the slice's oversize rows to those it keeps. */
export const rejectOversize = (
  session: CopySession,
  { table, reader, keep }: PreparedTable,
  number: number,
  encoder: SliceEncoder,
): void => {
  if (table.oversize.length === 0) return;
  const { width } = reader.shape;
  const restore = textRestorer(session.settings.plan.source.encoding, width);
  const { from, to } = sliceRange(table, number);
  const parameters = keyExpression(table) === null ? [] : [from, to];
  const statement = session.db.prepare<unknown[], unknown[]>(oversizeRows(table)).raw(true).safeIntegers(true);
  for (const stored of statement.iterate(...parameters)) {
    const lengths = Array.from({ length: width }, (_, i) => unreadOf(flagOf(stored, width, i), stored[i]));
    const row = restore(stored).map((value, i): SqliteValue | Unread => lengths[i] ?? value);
    const at = lengths.findIndex((unread) => unread !== null);
    const message = `a value of ${lengths[at]?.bytes} bytes; more than ${LONGEST_VALUE} cannot be read from SQLite`;
    const column = copiedColumns(table)[at]?.source ?? null;
    const place = { key: reader.keyOf(row as SqliteValue[]), ordinal: -1 };
    encoder.keepUnread(keep(row, place, { column, code: "VALUE_TOO_LARGE", message }));
  }
};

const TEXT_FLAG = "2";
const BLOB_FLAG = "3";

const unreadOf = (flag: unknown, length: unknown): Unread | null =>
  flag === TEXT_FLAG || flag === BLOB_FLAG ? new Unread(flag === TEXT_FLAG ? "text" : "blob", Number(length)) : null;

/** Lengths in the place of values that are too long; flags as the careful select has them, and 2 and 3 for those lengths. */
const oversizeRows = (table: PlanTable): string => {
  const key = keyExpression(table);
  const { hiddenKey } = rowShape(table);
  const columns = copiedColumns(table).map(({ source }) => quoteSqlite(source));
  const values = columns.map(
    (c) =>
      `CASE WHEN ${tooLong(c)} THEN octet_length(${c}) WHEN typeof(${c}) = 'text' THEN CAST(${c} AS BLOB) ELSE ${c} END`,
  );
  const flags = columns.map(
    (c) =>
      `CASE WHEN ${tooLong(c)} THEN CASE typeof(${c}) WHEN 'text' THEN ${TEXT_FLAG} ELSE ${BLOB_FLAG} END ELSE typeof(${c}) = 'text' END`,
  );
  if (hiddenKey) flags.push("0");
  const selected = [...values, ...(hiddenKey ? [key] : []), ...packed(flags)];
  const where = oversizeColumns(table).map((name) => tooLong(quoteSqlite(name)));
  const range = key === null ? "" : ` AND ${key} BETWEEN ? AND ?`;
  return `SELECT ${selected.join(", ")} FROM ${quoteSqlite(table.source)} WHERE (${where.join(" OR ")})${range}`;
};

const tooLong = (column: string): string => `ifnull(octet_length(${column}), 0) > ${LONGEST_VALUE}`;
