/** The type and the spelling of a SELECT's column, from the value that stands there. */
import type { SourceForm, TargetType } from "../model.ts";
import { factsOf, type Value } from "./value.ts";

/** PostgreSQL's type of a result: a bare text literal is text, a text of any length is too. */
export const typeOf = (value: Value): TargetType => {
  const { type } = factsOf(value);
  if (type !== undefined && type.name !== "varchar") return type;
  const name = value.pg === "unknown" || value.pg === "varchar" ? "text" : value.pg;
  // A literal integer stands as bigint.
  return {
    name: value.kind === "integer" && name === "integer" && value.form === null ? "bigint" : name,
  } as TargetType;
};

/** Whether a result was computed in double precision; a column that is handed on has the very bits that were copied. */
export const isApproximate = ({ kind, form }: Value): boolean =>
  (kind === "real" || kind === "number") && form === null;

/** How SQLite spells a result. */
export const formOf = (value: Value): SourceForm => {
  switch (value.kind) {
    case "opaque":
      return value.form ?? { kind: "text" };
    case "dynamic":
      return { kind: "json", numbers: true };
    case "integer":
      return { kind: "integer" };
    case "real":
    case "number":
      return { kind: value.pg === "numeric" ? "decimal" : "real" };
    case "boolean":
      return { kind: "boolean-integer" };
    case "blob":
      return { kind: "blob" };
    case "text":
    case "null":
      return { kind: "text" };
  }
};
