/** Indexes over vectors: HNSW by the distance that the vector table declares, cosine where nobody has said. */
import { quoteIdentifier } from "../../target/quote.ts";
import { type ColumnDraft, columnOf, sameName } from "../drafts/model.ts";
import type { Extras, ExtrasContext } from "../extras.ts";
import type { PlanIndex, TargetType } from "../model.ts";
import { newIndex } from "../new-index.ts";
import { hasPgvector } from "./choose.ts";
import { declaredVector, metricOf, partitionKeys } from "./evidence.ts";
import { MOST_INDEXED } from "./limits.ts";

type VectorType = Extract<TargetType, { name: "vector" | "halfvec" | "bit" }>;

/** Indexes over a table's vectors, btree indexes over a vector table's partition keys, and the extension. */
export const planVectorIndexes = (context: ExtrasContext): Extras => {
  const { draft, names } = context;
  const partitions = partitionKeys(draft.table).flatMap((name): PlanIndex[] => {
    const column = columnOf(draft, name);
    return column === undefined
      ? []
      : [newIndex(names.claim(`${draft.target}_${column.target}_idx`), "btree", [quoteIdentifier(column.target)])];
  });
  const vectors = draft.columns.filter(({ choice }) => isVectorType(choice.type));
  const indexes = vectors.flatMap((column) => vectorIndex(column, context));
  const extensions = new Set<string>();
  if (vectors.some(({ choice }) => choice.type.name !== "bit") || indexes.length > 0) extensions.add("vector");
  return { added: [], indexes: [...partitions, ...indexes], extensions: [...extensions] };
};

const isVectorType = (type: TargetType): type is VectorType =>
  type.name === "vector" || type.name === "halfvec" || type.name === "bit";

const vectorIndex = (column: ColumnDraft, context: ExtrasContext): PlanIndex[] => {
  const { draft, names, findings, wish, available } = context;
  const where = `${draft.table.name}.${column.column.name}`;
  const own = wish?.indexes?.some(
    ({ method, columns }) =>
      (method === "hnsw" || method === "ivfflat") && columns?.some((name) => sameName(name, column.column.name)),
  );
  if (own === true) return [];
  if (!hasPgvector(available)) {
    findings.add(
      "VECTOR_EXTENSION_MISSING",
      "warning",
      where,
      "bits without an index: the index over them comes with the extension vector (pgvector), which the target does not have",
      "Install pgvector on the server and plan again; the values are the same.",
    );
    return [];
  }
  if (available === null)
    findings.add(
      "VECTOR_EXTENSION_NEEDED",
      "info",
      where,
      "the target needs the extension vector (pgvector); it has not been asked whether it is there",
      "`npm run migrate -- SOURCE --target URL --dry-run` asks the target, and the plan follows what it has.",
    );
  const element = elementOf(column, context);
  if (element === null) return [];
  return [newIndex(names.claim(`${draft.target}_${column.target}_idx`), "hnsw", [element])];
};

/** The column with its operator class; null, with a finding, where it has more dimensions than any index takes. */
const elementOf = ({ column, target, choice }: ColumnDraft, { draft, findings }: ExtrasContext): string | null => {
  const type = choice.type as VectorType;
  const name = quoteIdentifier(target);
  const where = `${draft.table.name}.${column.name}`;
  const dimensions = type.name === "bit" ? type.length : type.dimensions;
  if (type.name === "bit" && dimensions <= MOST_INDEXED.bit) return `${name} bit_hamming_ops`;
  if (type.name === "bit" || dimensions > MOST_INDEXED.halfvec) {
    findings.add(
      "VECTOR_NOT_INDEXED",
      "warning",
      where,
      `${dimensions} dimensions: pgvector indexes at most ${MOST_INDEXED.vector}, or ${MOST_INDEXED.halfvec} as halfvec`,
      "Searches read every row. Index a shorter part of the vectors by hand, if their model allows it.",
    );
    return null;
  }
  const metric = metricOf(draft.table, column);
  if (declaredVector(draft.table, column) === null)
    findings.add(
      "VECTOR_METRIC_ASSUMED",
      "info",
      where,
      "indexed by cosine distance, because nothing in SQLite says how its vectors are compared",
      "Name another under `indexes:` in landbridge.yaml, with `method: hnsw` and `opclass: vector_l2_ops` or vector_ip_ops.",
    );
  if (type.name === "halfvec" || dimensions <= MOST_INDEXED.vector) return `${name} ${type.name}_${metric}_ops`;
  findings.add(
    "VECTOR_INDEXED_AS_HALFVEC",
    "info",
    where,
    `${dimensions} dimensions are more than the ${MOST_INDEXED.vector} that an index over vector takes: the values stay as they are, the index holds them as halfvec`,
    `Queries use it when they say so: ORDER BY ${name}::halfvec(${dimensions}) <=> $1::halfvec(${dimensions}).`,
  );
  return `(${name}::halfvec(${dimensions})) halfvec_${metric}_ops`;
};
