/** Vectors of the snapshot, for searching among them. */
import type { Database } from "better-sqlite3";
import type { PlanColumn, PlanIndex, PlanTable } from "../../plan/model.ts";
import { quoteSqlite } from "../../source/quote.ts";
import { quoteIdentifier } from "../../target/quote.ts";
import type { VectorMetric } from "./model.ts";

/** A column with an index over it. */
export interface SearchedVectors {
  readonly column: PlanColumn;
  readonly index: string;
  readonly metric: VectorMetric;
  readonly dimensions: number;
  /** What the index is over: the column, or the column as halfvec. */
  readonly expression: string;
  /** The type of that. */
  readonly type: string;
}

const CLASS = / "?(?:vector|halfvec|bit)_(l2|l1|cosine|ip|hamming)_ops"?$/;

/** Indexes of the plan over one column of vectors. */
export const searchedVectors = ({ indexes, columns }: PlanTable): SearchedVectors[] =>
  indexes.flatMap((index) => {
    const [element = ""] = index.elements;
    const metric = CLASS.exec(element)?.[1] as VectorMetric | undefined;
    const column = columns.find(({ target }) => element.includes(quoteIdentifier(target)));
    const isOne = isSearch(index) && index.elements.length === 1 && index.where === null;
    if (!isOne || metric === undefined || column === undefined) return [];
    const { type } = column;
    if (type.name !== "vector" && type.name !== "halfvec" && type.name !== "bit") return [];
    const dimensions = type.name === "bit" ? type.length : type.dimensions;
    const expression = element.replace(CLASS, "");
    const name = expression.includes("::halfvec(") ? "halfvec" : type.name;
    return [{ column, index: index.name, metric, dimensions, expression, type: `${name}(${dimensions})` }];
  });

const isSearch = ({ method }: PlanIndex): boolean => method === "hnsw" || method === "ivfflat";

/** Every vector of the column, in the table's own order; one of another length was rejected, and is left out. */
export function* vectorsOf(
  db: Database,
  { source }: PlanTable,
  { column, dimensions }: SearchedVectors,
): Generator<Float32Array> {
  const values = db
    .prepare<[], unknown>(`SELECT ${quoteSqlite(column.source)} FROM ${quoteSqlite(source)}`)
    .pluck()
    .iterate();
  for (const value of values) {
    const vector = vectorOf(value, column);
    if (vector?.length === dimensions) yield vector;
  }
}

const vectorOf = (value: unknown, { form }: PlanColumn): Float32Array | null => {
  if (form.kind === "json-vector") return typeof value === "string" ? parsed(value) : null;
  if (form.kind !== "packed-vector" || !Buffer.isBuffer(value)) return null;
  const { buffer, byteOffset, length } = value;
  const bytes = buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
  switch (form.element) {
    case "float32":
      return length % 4 === 0 ? new Float32Array(bytes) : null;
    case "float64":
      return length % 8 === 0 ? Float32Array.from(new Float64Array(bytes)) : null;
    case "int8":
      return Float32Array.from(new Int8Array(bytes));
    case "bit":
      return Float32Array.from({ length: length * 8 }, (_, bit) => (value[bit >> 3]! >> (bit & 7)) & 1);
  }
};

const parsed = (text: string): Float32Array | null => {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? Float32Array.from(value.map(Number)) : null;
  } catch {
    return null;
  }
};
