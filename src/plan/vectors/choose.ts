/**
 * Types of columns that hold vectors. What a vector table declares as one becomes one by itself; packed numbers and JSON arrays in an
 * ordinary column are a suggestion, because the application reads them otherwise afterwards.
 */
import type { ColumnProfile, SourceColumn, SourceTable } from "../../source/model.ts";
import type { VectorDeclaration } from "../../source/vectors/vec0-ddl.ts";
import type { SourceForm, TargetType } from "../model.ts";
import { decide, type TypeChoice, type TypeDecision, type TypeRemark } from "../types/choice.ts";
import { declaredVector, type FoundVectors, foundVectors } from "./evidence.ts";
import { MOST_DIMENSIONS } from "./limits.ts";

export interface VectorEvidence {
  readonly table: SourceTable;
  readonly column: SourceColumn;
  readonly profile: ColumnProfile;
  /** Extensions that the target has; null where nobody has asked it. */
  readonly available: ReadonlySet<string> | null;
}

/** The decision of the other rules, unless the column holds vectors. */
export const withVectors = (decision: TypeDecision, evidence: VectorEvidence): TypeDecision => {
  const declared = declaredVector(evidence.table, evidence.column);
  if (declared !== null) return declaredDecision(declared, evidence);
  const found = foundVectors(evidence.profile);
  return found === null ? decision : suggested(decision, found, evidence);
};

/** Nobody has been asked: it is taken to be there, and a finding says so. */
export const hasPgvector = (available: ReadonlySet<string> | null): boolean =>
  available === null || available.has("vector");

const declaredDecision = (declared: VectorDeclaration, { profile, available }: VectorEvidence): TypeDecision => {
  const { element, dimensions } = declared;
  const form: SourceForm = { kind: "packed-vector", element };
  const vector = vectorType(declared);
  // PostgreSQL has bit strings of its own; only their index is pgvector's.
  if (vector.name === "bit" || hasPgvector(available))
    return decide({
      type: vector,
      form,
      reason: `declared a vector of ${dimensions} ${element === "bit" ? "bits" : `elements of ${element}`}`,
    });
  const type = arrayFor(element);
  return decide(
    { type, form, reason: "declared a vector, and the target has no pgvector" },
    {
      code: "VECTOR_EXTENSION_MISSING",
      severity: "warning",
      message: `a vector of ${dimensions} elements, and the target does not have the extension vector (pgvector): it arrives as ${nameOf(type)}, which nothing searches by nearness`,
      remedy: "Install pgvector on the server and plan again; the values are the same.",
      count: profile.blobs,
    },
  );
};

const vectorType = ({ element, dimensions }: VectorDeclaration): TargetType => {
  if (element === "bit") return { name: "bit", length: dimensions };
  // pgvector has no bytes as elements; a half holds each of −128 to 127 exactly, in two.
  return { name: element === "int8" ? "halfvec" : "vector", dimensions };
};

const arrayFor = (element: "float32" | "float64" | "int8" | "bit"): TargetType => ({
  name: "array",
  element: { name: element === "int8" ? "smallint" : element === "float64" ? "double precision" : "real" },
});

const nameOf = (type: TargetType): string => {
  if (type.name === "array") return `${type.element.name}[]`;
  return "dimensions" in type ? `${type.name}(${type.dimensions})` : type.name;
};

/** Before the array and the document that the same texts could also become: numbers of one length are a vector. */
const suggested = (decision: TypeDecision, found: FoundVectors, evidence: VectorEvidence): TypeDecision => {
  const what = found.kind === "json" ? "JSON arrays of numbers" : `BLOBs of packed ${found.kind} numbers`;
  if (found.dimensions === null)
    return decide(decision.choice, ...decision.remarks, {
      code: "VECTOR_DIMENSIONS_DIFFER",
      severity: "warning",
      message: `all ${found.values} values are ${what}, but not of one length: ${found.census}`,
      remedy:
        "A vector column has one length. Keep each model's embeddings in a column of its own, or name `type: vector(n)` in landbridge.yaml and the others are rejected.",
      count: found.values,
    });
  const choice = choiceFor(found, found.dimensions, evidence);
  if (choice === null) {
    if (hasPgvector(evidence.available)) return decision;
    return decide(decision.choice, ...decision.remarks, {
      code: "VECTOR_EXTENSION_MISSING",
      severity: "warning",
      message: `all ${found.values} values are ${what}, ${found.dimensions} each, and the target does not have the extension vector (pgvector): nothing searches them by nearness`,
      remedy: "Install pgvector on the server and plan again, if they are embeddings; the values are the same.",
      count: found.values,
    });
  }
  const others = decision.remarks.filter((remark) => remark.choice === undefined);
  return decide(decision.choice, ...others, remarkFor(choice, what, found));
};

/** null where the array that the other rules suggest is as good: JSON, without pgvector. */
const choiceFor = (found: FoundVectors, dimensions: number, { available }: VectorEvidence): TypeChoice | null => {
  const isVector = hasPgvector(available) && dimensions <= MOST_DIMENSIONS;
  if (found.kind === "json")
    return isVector
      ? {
          type: { name: "vector", dimensions },
          form: { kind: "json-vector" },
          reason: "JSON arrays of numbers of one length",
        }
      : null;
  const form: SourceForm = { kind: "packed-vector", element: found.kind };
  const type: TargetType = isVector ? { name: "vector", dimensions } : arrayFor(found.kind);
  return { type, form, reason: `BLOBs of packed ${found.kind} numbers of one length` };
};

const remarkFor = (choice: TypeChoice, what: string, found: FoundVectors): TypeRemark => {
  const name = nameOf(choice.type);
  const rounded =
    choice.type.name === "vector" && found.rounded > 0
      ? `; vector holds float4, so the numbers of ${found.rounded} are rounded to the nearest`
      : "";
  return {
    code: found.kind === "json" ? "JSON_HOLDS_VECTOR" : "BLOB_HOLDS_VECTOR",
    severity: "suggestion",
    message: `all ${found.values} values are ${what}, ${found.dimensions} each${rounded}`,
    remedy: `Take it as ${name} with --accept suggestions, or \`type: ${name}\` in landbridge.yaml; where another meaning was meant, leave it.`,
    count: found.values,
    choice,
  };
};
