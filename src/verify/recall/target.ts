/** PostgreSQL's nearest neighbours: through the index, or by reading every row. */
import type { Client } from "pg";
import type { PlanTable } from "../../plan/model.ts";
import { qualified, quoteIdentifier } from "../../target/quote.ts";
import type { VectorMetric } from "./model.ts";
import type { SearchedVectors } from "./source.ts";

export interface SearchedTarget {
  readonly client: Client;
  /** The search_path in which pgvector's types and operators are found. */
  readonly path: string;
  readonly schema: string;
  readonly table: PlanTable;
  readonly vectors: SearchedVectors;
  readonly neighbours: number;
}

const OPERATORS: Readonly<Record<VectorMetric, string>> = {
  ...{ l2: "<->", l1: "<+>", cosine: "<=>", ip: "<#>", hamming: "<~>" },
};

/** @returns null where the planner does not take the index, even with nothing else to take */
export const foundBy = async (
  { client, path, schema, table, vectors, neighbours }: SearchedTarget,
  query: Float32Array,
  way: "index" | "scan",
): Promise<Float32Array[] | null> => {
  const { expression, type, metric, column, index } = vectors;
  const name = quoteIdentifier(column.target);
  // Bits are numbers here, and a text of digits there.
  const text = column.type.name === "bit" ? [...query].join("") : `[${query.join(",")}]`;
  const exact =
    way === "scan"
      ? `${name} ${OPERATORS[metric]} $1::${columnType(vectors)}`
      : `${expression} ${OPERATORS[metric]} $1::${type}`;
  const nearest = `SELECT ${name} AS vector FROM ${qualified(schema, table.target)} ORDER BY ${exact} LIMIT ${neighbours}`;
  // Texts of the nearest alone: beside ORDER BY, PostgreSQL would make one of every row that it sorts.
  const sql = `SELECT vector::text FROM (${nearest}) AS nearest`;
  await client.query("BEGIN READ ONLY");
  try {
    await client.query("SELECT set_config('search_path', $1, true)", [path]);
    const off = way === "index" ? "enable_seqscan" : "enable_indexscan";
    await client.query(`SET LOCAL ${off} = off`);
    await client.query("SET LOCAL enable_bitmapscan = off");
    if (way === "index" && !(await takes(client, sql, text, index))) return null;
    const { rows } = await client.query<{ vector: string | null }>(sql, [text]);
    return rows.flatMap(({ vector }) => (vector === null ? [] : [numbersOf(vector)]));
  } finally {
    await client.query("ROLLBACK");
  }
};

const columnType = ({ column: { type }, dimensions }: SearchedVectors): string => `${type.name}(${dimensions})`;

const takes = async (client: Client, sql: string, text: string, index: string): Promise<boolean> => {
  const { rows } = await client.query<{ "QUERY PLAN": unknown }>(`EXPLAIN (FORMAT JSON) ${sql}`, [text]);
  return JSON.stringify(rows[0]?.["QUERY PLAN"]).includes(`"Index Name":${JSON.stringify(index)}`);
};

const numbersOf = (text: string): Float32Array =>
  Float32Array.from(text.startsWith("[") ? (JSON.parse(text) as number[]) : [...text].map(Number));
