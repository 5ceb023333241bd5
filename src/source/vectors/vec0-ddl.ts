/**
 * What a `CREATE VIRTUAL TABLE … USING vec0(…)` declares, read as sqlite-vec reads it (its vec0_parse_… functions): vector
 * columns, partition keys, a primary key, auxiliary (`+`) and metadata columns, options.
 */

import { closing, isOperator, significantTokens, splitList, sqlOf } from "../catalogue/tokens.ts";

export type VectorElement = "float32" | "int8" | "bit";
export type DistanceMetric = "l2" | "l1" | "cosine" | "ip";

export interface Vec0Column {
  readonly name: string;
  /** As it is written behind the name. */
  readonly declared: string;
  readonly role: "vector" | "partition" | "auxiliary" | "metadata";
  /** Its number among the columns of its role: the NN of its shadow table. */
  readonly number: number;
  /** Vector columns only. */
  readonly vector: VectorDeclaration | null;
  readonly type: "boolean" | "integer" | "float" | "text" | "blob" | null;
}

export interface VectorDeclaration {
  readonly element: VectorElement;
  readonly dimensions: number;
  readonly metric: DistanceMetric | null;
}

export interface Vec0Table {
  readonly key: { readonly name: string; readonly type: "integer" | "text" } | null;
  readonly columns: readonly Vec0Column[];
}

const VECTOR = /^([a-z]\w*)\s*((float|f32|int8|i8|bit)\w*\s*\[\s*(\d+)\s*\]\s*(.*))$/is;
const METRIC = /^distance_metric\s*=\s*(l2|l1|cosine)$/i;
const PARTITION = /^([a-z]\w*)\s+(text|int|integer)\s+partition\s+key$/i;
const KEY = /^([a-z]\w*)\s+(text|int|integer)\s+primary\s+key$/i;
const AUXILIARY = /^\+\s*([a-z]\w*)\s+(text|int|integer|float|double|blob)$/i;
const METADATA = /^([a-z]\w*)\s+(boolean|bool|int64|integer64|integer|int|float64|float|double|f64|text)$/i;
const OPTION = /^chunk_size\s*=\s*\d+$/i;

/** @returns null for a definition with a part that is not understood: a later version's, whose shadow tables may differ */
export const readVec0 = (sql: string): Vec0Table | null => {
  const columns: Vec0Column[] = [];
  let key: Vec0Table["key"] = null;
  const numberOf = (role: Vec0Column["role"]): number => columns.filter((column) => column.role === role).length;
  for (const part of moduleArguments(sql)) {
    const vector = VECTOR.exec(part);
    const partition = PARTITION.exec(part);
    const primary = KEY.exec(part);
    const other = AUXILIARY.exec(part) ?? METADATA.exec(part);
    if (vector !== null) {
      const declaration = vectorOf(vector);
      if (declaration === null) return null;
      const [, name = "", declared = ""] = vector;
      columns.push({ name, declared, role: "vector", number: numberOf("vector"), vector: declaration, type: null });
    } else if (partition !== null) {
      const [, name = "", declared = ""] = partition;
      columns.push({ ...plain(name, declared), role: "partition", number: numberOf("partition") });
    } else if (primary !== null)
      key = { name: primary[1] ?? "", type: primary[2]?.toLowerCase() === "text" ? "text" : "integer" };
    else if (other !== null) {
      const [, name = "", declared = ""] = other;
      const role = part.startsWith("+") ? "auxiliary" : "metadata";
      columns.push({ ...plain(name, declared), role, number: numberOf(role) });
    } else if (!OPTION.test(part)) return null;
  }
  return numberOf("vector") > 0 ? { key, columns } : null;
};

const ELEMENTS: Readonly<Record<string, VectorElement>> = {
  float: "float32",
  f32: "float32",
  int8: "int8",
  i8: "int8",
  bit: "bit",
};

const vectorOf = ([, , , word = "", size = "", options = ""]: RegExpExecArray): VectorDeclaration | null => {
  const element = ELEMENTS[word.toLowerCase()];
  const dimensions = Number(size);
  const metric = METRIC.exec(options.trim());
  if (element === undefined || dimensions < 1 || (options.trim() !== "" && metric === null)) return null;
  if (element === "bit") return metric === null ? { element, dimensions, metric: null } : null;
  return { element, dimensions, metric: (metric?.[1]?.toLowerCase() ?? "l2") as DistanceMetric };
};

const plain = (name: string, declared: string): Omit<Vec0Column, "role" | "number"> => ({
  name,
  declared,
  vector: null,
  type: typeOf(declared.toLowerCase()),
});

const typeOf = (word: string): Vec0Column["type"] => {
  if (word.startsWith("bool")) return "boolean";
  if (word.startsWith("int")) return "integer";
  if (word === "text" || word === "blob") return word;
  return "float";
};

/** The arguments of a module as SQLite hands them over: cut at the commas outside parentheses and quotes. */
export const moduleArguments = (sql: string): string[] => {
  const tokens = significantTokens(sql);
  const open = tokens.findIndex((token) => isOperator(token, "("));
  if (open < 0) return [];
  return splitList(tokens.slice(open + 1, closing(tokens, open)))
    .map((part) => sqlOf(sql, part).trim())
    .filter((text) => text !== "");
};
