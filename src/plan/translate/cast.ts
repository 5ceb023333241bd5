/** CAST, where it means the same in both. */
import { affinityOf } from "../../source/catalogue/affinity.ts";
import type { Affinity } from "../../source/model.ts";
import type { Context } from "./scope.ts";
import { spelled } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import { asBigint, asDouble, asText, computed, isNumeric, type Value } from "./value.ts";

/** CAST(operand AS type) by the affinity of the type's name. */
export const castValue = (operand: Value, type: string, context: Context): Value => {
  const affinity = affinityOf(type.trim(), false);
  const value = spelled(operand, context);
  return { ...converted(value, affinity), affinity, collation: operand.collation };
};

const converted = (value: Value, affinity: Affinity): Value => {
  switch (affinity) {
    case "TEXT":
      return computed(`(${asText(value)})`, "text", "text");
    case "INTEGER":
      return wholeNumber(value);
    case "REAL":
      if (value.kind === "null") return computed("NULL::double precision", "real", "double precision");
      return isNumeric(value)
        ? computed(`(${asDouble(value)})`, "real", "double precision")
        : refuse("CAST of text to REAL");
    case "NUMERIC":
      if (value.kind === "integer" || value.kind === "boolean")
        return computed(`(${asBigint(value)})`, "integer", "bigint");
      return isNumeric(value) ? { ...value, kind: "number" } : refuse("CAST of text to NUMERIC");
    case "BLOB":
      return value.kind === "blob" ? value : refuse("CAST to BLOB");
  }
};

const GREATEST = "9223372036854775807";
const LEAST = "'-9223372036854775808'::bigint";

/** Towards zero; from text the digits it begins with. What is beyond 64 bits would be an error in PostgreSQL; SQLite clamps it. */
const wholeNumber = (value: Value): Value => {
  const of = (sql: string): Value => computed(`(${sql})`, "integer", "bigint");
  switch (value.kind) {
    case "integer":
    case "boolean":
    case "null":
      return of(asBigint(value));
    case "real":
    case "number":
      return of(
        `CASE WHEN ${value.sql} >= ${GREATEST} THEN ${GREATEST} WHEN ${value.sql} <= ${LEAST} THEN ${LEAST} ELSE trunc(${value.sql})::bigint END`,
      );
    case "text": {
      const text = asText(value);
      const digits = `substring(${text} FROM '^[ \\t\\n\\v\\f\\r]*([+-]?[0-9]+)')`;
      return of(
        `CASE WHEN ${text} IS NOT NULL THEN LEAST(GREATEST(COALESCE(${digits}::numeric, 0), ${LEAST}), ${GREATEST})::bigint END`,
      );
    }
    default:
      return refuse(`CAST of a ${value.kind} value to INTEGER`);
  }
};
