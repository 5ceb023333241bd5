/**
 * Why an index could not be built, in terms of rows: the server's error names one value at best, people need them all.
 */

import type { Client } from "pg";
import { messageOf } from "../errors.ts";
import type { Finding } from "../findings.ts";
import type { PlanTable } from "../plan/model.ts";
import { qualified, quoteIdentifier } from "../target/quote.ts";
import { sqlState } from "../target/sqlstate.ts";
import { EXAMPLES, keyText, listExamples, shortText, whereOf } from "./rows.ts";

/** The largest btree entry on 8 KiB pages is 2704 bytes, header and padding included. */
const LARGEST_ENTRY = 2680;

/** An index, or the index behind a key, as far as rows are concerned. */
export interface IndexShape {
  /** How a person knows it, e.g. `primary key (id)` or `index by_email`. */
  readonly title: string;
  readonly where: string;
  /** SQL of the elements without their sort order. */
  readonly expressions: readonly string[];
  readonly predicate: string | null;
}

/** The shape of the planned index or key of that name. */
export const shapeOf = (table: PlanTable, name: string): IndexShape => {
  const key = table.primaryKey?.name === name ? table.primaryKey : table.uniques.find((unique) => unique.name === name);
  if (key !== undefined) {
    const kind = key === table.primaryKey ? "primary key" : "unique constraint";
    return {
      title: `${kind} ${name}`,
      where: whereOf(table, key.columns),
      expressions: key.columns.map(quoteIdentifier),
      predicate: null,
    };
  }
  const index = table.indexes.find((candidate) => candidate.name === name);
  if (index === undefined) throw new Error(`no planned index ${name}`);
  return {
    title: `index ${index.source ?? index.name}`,
    where: `index ${index.source ?? index.name}`,
    expressions: index.elements.map((element) =>
      element.replace(/(?<=[")])\s+(ASC|DESC)?(\s*NULLS\s+(FIRST|LAST))?$/i, ""),
    ),
    predicate: index.where,
  };
};

/** The finding for a CREATE INDEX that was refused with `error`. */
export const indexFailure = async (
  client: Client,
  schema: string,
  table: PlanTable,
  shape: IndexShape,
  error: unknown,
): Promise<Finding> => {
  const from = `${qualified(schema, table.target)} AS t`;
  if (sqlState(error) === "23505") return duplicates(client, from, table, shape);
  if (sqlState(error) === "54000") return tooLong(client, from, table, shape, error);
  return {
    code: "INDEX_FAILED",
    severity: "error",
    where: shape.where,
    message: `${shape.title} on ${table.source} is left out: ${messageOf(error)}`,
    remedy: "Write the index for PostgreSQL by hand, or mend the rows that its expression fails on.",
    count: 1,
  };
};

const duplicates = async (client: Client, from: string, table: PlanTable, shape: IndexShape): Promise<Finding> => {
  const conditions = shape.expressions.map((expression) => `(${expression}) IS NOT NULL`);
  if (shape.predicate !== null) conditions.push(`(${shape.predicate})`);
  const key = keyText(table, "t");
  const { rows } = await client.query<{ value: string; rows: string; total: string; first: string; last: string }>(
    `SELECT ${shortText(`concat_ws(', ', ${shape.expressions.join(", ")})`)} AS value, count(*) AS rows,
            sum(count(*)) OVER () AS total, min(${key ?? "NULL"}) AS first, max(${key ?? "NULL"}) AS last
     FROM ${from} WHERE ${conditions.join(" AND ")}
     GROUP BY ${shape.expressions.map((expression) => `(${expression})`).join(", ")} HAVING count(*) > 1
     ORDER BY count(*) DESC LIMIT ${EXAMPLES}`,
  );
  const shown = rows.map(
    (row) => `${row.value} in ${row.rows} rows${row.first === null ? "" : ` (${row.first}, ${row.last})`}`,
  );
  const total = Number(rows[0]?.total ?? 0);
  return {
    code: "UNIQUE_VIOLATED",
    severity: "error",
    where: shape.where,
    message: `${shape.title} on ${table.source} is left out: ${total} rows share their values: ${shown.join("; ")}`,
    remedy: "Make the values unique in the source and run again, or add the key by hand when they are.",
    count: total,
  };
};

const tooLong = async (
  client: Client,
  from: string,
  table: PlanTable,
  shape: IndexShape,
  error: unknown,
): Promise<Finding> => {
  const size = shape.expressions.map((expression) => `coalesce(pg_column_size(${expression}), 0)`).join(" + ");
  const condition = `${size} > ${LARGEST_ENTRY}${shape.predicate === null ? "" : ` AND (${shape.predicate})`}`;
  const { rows } = await client.query<{ key: string | null; bytes: number; total: string }>(
    `SELECT ${keyText(table, "t") ?? "NULL"} AS key, ${size} AS bytes, count(*) OVER () AS total
     FROM ${from} WHERE ${condition} ORDER BY bytes DESC LIMIT ${EXAMPLES}`,
  );
  const total = Number(rows[0]?.total ?? 1);
  const shown = rows.map((row) => `${row.key === null ? "a row" : row.key} with ${row.bytes} bytes`);
  return {
    code: "INDEX_ROW_TOO_LONG",
    severity: "error",
    where: shape.where,
    message:
      `${shape.title} on ${table.source} is left out: ${messageOf(error)}` +
      (shown.length === 0 ? "" : `: ${listExamples(shown, total)}`),
    remedy: "A btree entry holds about 2700 bytes: index md5() of the value, use a hash index, or shorten the values.",
    count: total,
  };
};
