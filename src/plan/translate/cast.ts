/** CAST, where it means the same in both. */
import { affinityOf } from "../../source/catalogue/affinity.ts";
import type { Affinity } from "../../source/model.ts";
import { dynamicText } from "./dynamic.ts";
import { IN_DOUBLES, numberPrefix } from "./real-text.ts";
import type { Context } from "./scope.ts";
import { requireStable, spelled } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import { asBigint, asDouble, asText, computed, factsOf, isNumeric, type Value } from "./value.ts";

/** CAST(operand AS type) by the affinity of the type's name. */
export const castValue = (operand: Value, type: string, context: Context): Value => {
  const affinity = affinityOf(type.trim(), false);
  // As numbers JSON's values are read from their text, which is the same for every number.
  const isRead = operand.kind === "dynamic" && affinity !== "TEXT" && affinity !== "BLOB";
  const value = isRead ? computed(dynamicText(operand), "text", "text") : spelled(operand, context);
  return { ...converted(value, affinity, context), affinity, collation: operand.collation };
};

const converted = (value: Value, affinity: Affinity, context: Context): Value => {
  switch (affinity) {
    case "TEXT":
      return computed(`(${asText(value, context)})`, "text", "text");
    case "INTEGER":
      return wholeNumber(value);
    case "REAL":
      if (value.kind === "null") return computed("NULL::double precision", "real", "double precision");
      if (isNumeric(value)) return computed(`(${asDouble(value)})`, "real", "double precision");
      return value.kind === "text"
        ? computed(numberPrefix(asText(value)), "real", "double precision")
        : refuse(`CAST of a ${value.kind} value to REAL`);
    case "NUMERIC":
      if (value.kind === "integer" || value.kind === "boolean")
        return computed(`(${asBigint(value)})`, "integer", "bigint");
      if (isNumeric(value)) return { ...value, kind: "number" };
      if (factsOf(value).integer !== undefined) return wholeNumber(value);
      if (value.kind !== "text") return refuse(`CAST of a ${value.kind} value to NUMERIC`);
      if (context.purpose !== "view")
        return refuse("CAST of text to NUMERIC, which PostgreSQL would round beyond 2^53");
      context.notes.add(IN_DOUBLES);
      return computed(numberPrefix(asText(value)), "number", "double precision");
    case "BLOB":
      if (value.kind === "blob") return value;
      requireStable(context, "the bytes of a text");
      return computed(`convert_to(${asText(value)}, 'UTF8')`, "blob", "bytea");
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
      const { integer } = factsOf(value);
      if (integer !== undefined) return of(integer);
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
