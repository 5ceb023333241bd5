/** What a column holds by way of vectors: as a vector table declares it, or as the profile has found it in an ordinary one. */
import type { Catalogue, ColumnProfile, Profile, SourceColumn, SourceTable } from "../../source/model.ts";
import { type DistanceMetric, readVec0, type VectorDeclaration } from "../../source/vectors/vec0-ddl.ts";
import { readVss0 } from "../../source/vectors/vss0-ddl.ts";
import type { Config } from "../config.ts";
import { sameName } from "../drafts/model.ts";
import { valueCount } from "../types/choice.ts";

/** The declaration of a vector table's vector column; null for any other column. */
export const declaredVector = (table: SourceTable, column: SourceColumn): VectorDeclaration | null => {
  const columns =
    table.module === "vec0" ? readVec0(table.sql)?.columns : table.module === "vss0" ? readVss0(table.sql) : undefined;
  return columns?.find(({ name }) => sameName(name, column.name))?.vector ?? null;
};

/** The partition keys of a vec0 table, by name. */
export const partitionKeys = (table: SourceTable): readonly string[] =>
  table.module === "vec0"
    ? (readVec0(table.sql)?.columns ?? []).filter(({ role }) => role === "partition").map(({ name }) => name)
    : [];

export interface FoundVectors {
  readonly kind: "float32" | "float64" | "json";
  readonly values: number;
  /** null where they differ. */
  readonly dimensions: number | null;
  /** "768 elements (12 values), 384 elements (3 values)" */
  readonly census: string;
  /** Values with a number that is no float32. */
  readonly rounded: number;
}

/** Fewer numbers in all could be a coincidence. */
const ENOUGH_NUMBERS = 64;

/**
 * Vectors in an ordinary column: every value is one, by the profile's counts. Where no number anywhere has a fraction they are
 * lists of numbers, or bytes of another meaning.
 */
export const foundVectors = (profile: ColumnProfile): FoundVectors | null => {
  const counts = profile.vectors;
  const total = valueCount(profile);
  if (counts == null || total === 0) return null;
  const kind = (["float32", "float64", "json"] as const).find((each) => counts[each] === total);
  if (kind === undefined || (kind === "json" ? counts.jsonWhole : counts.blobWhole) === total) return null;
  if (kind !== "json" && profile.textualBlobs === total) return null;
  const size = kind === "json" ? 1 : kind === "float32" ? 4 : 8;
  const lengths = (kind === "json" ? counts.jsonLengths : counts.blobLengths).map(({ length, values }) => ({
    elements: length / size,
    values,
  }));
  if (lengths.reduce((sum, { elements, values }) => sum + elements * values, 0) < ENOUGH_NUMBERS) return null;
  return {
    kind,
    values: total,
    dimensions: lengths.length === 1 ? lengths[0]!.elements : null,
    census: lengths
      .slice(0, 5)
      .map(({ elements, values }) => `${elements} elements (${values} ${values === 1 ? "value" : "values"})`)
      .join(", "),
    rounded: kind === "json" ? total - counts.jsonExact : kind === "float64" ? total : 0,
  };
};

/** The metric that an index is for: the declared one; cosine where nobody has said, which is what most embeddings are made for. */
export const metricOf = (table: SourceTable, column: SourceColumn): DistanceMetric =>
  declaredVector(table, column)?.metric ?? "cosine";

/** Whether the plan depends on whether the target has pgvector. */
export const mayHoldVectors = ({ tables }: Catalogue, profile: Profile, config: Config): boolean =>
  namesVectors(config) ||
  tables.some(
    ({ name, module, kind }) =>
      kind === "table" &&
      (module === "vec0" ||
        module === "vss0" ||
        Object.values(profile.tables[name]?.columns ?? {}).some((column) => foundVectors(column) !== null)),
  );

const namesVectors = ({ tables = {} }: Config): boolean =>
  Object.values(tables).some(({ columns = {} }) =>
    Object.values(columns).some(({ type }) => /^\s*(half)?vec|^\s*bit/i.test(type ?? "")),
  );
