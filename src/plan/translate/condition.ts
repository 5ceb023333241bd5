/** Truth: SQLite takes any number that is not zero for true; PostgreSQL wants a boolean. */
import type { Context } from "./scope.ts";
import { spelled } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import type { Value } from "./value.ts";

/** A value as SQL of type boolean, NULL staying NULL. */
export const condition = (value: Value, context: Context): string => {
  switch (value.kind) {
    case "boolean":
      return value.sql;
    case "integer":
    case "real":
    case "number":
      return typeof value.constant === "bigint" ? String(value.constant !== 0n) : `(${value.sql} <> 0)`;
    case "null":
      return "NULL::boolean";
    case "opaque":
      return condition(spelled(value, context), context);
    default:
      return refuse(`a ${value.kind} value is used as a condition`);
  }
};
