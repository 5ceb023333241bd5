/** What a `CREATE VIRTUAL TABLE … USING vss0(…)` declares: vectors of float32, each `name(dimensions)` with options. */
import { type DistanceMetric, moduleArguments, type VectorDeclaration } from "./vec0-ddl.ts";

export interface Vss0Column {
  readonly name: string;
  /** As it is written behind the name. */
  readonly declared: string;
  readonly vector: VectorDeclaration;
}

const COLUMN = /^(\w+)\s*(\(\s*(\d+)\s*\)\s*(.*))$/s;
const METRIC = /metric_type\s*=\s*(\w+)/i;
const METRICS: Readonly<Record<string, DistanceMetric>> = { L2: "l2", INNER_PRODUCT: "ip", L1: "l1" };

/** @returns null for a definition that is not understood */
export const readVss0 = (sql: string): readonly Vss0Column[] | null => {
  const columns: Vss0Column[] = [];
  for (const part of moduleArguments(sql)) {
    const [, name = "", declared = "", size = "", options = ""] = COLUMN.exec(part) ?? [];
    const metric = METRICS[METRIC.exec(options)?.[1]?.toUpperCase() ?? "L2"];
    if (name === "" || metric === undefined) return null;
    columns.push({ name, declared, vector: { element: "float32", dimensions: Number(size), metric } });
  }
  return columns.length > 0 ? columns : null;
};
