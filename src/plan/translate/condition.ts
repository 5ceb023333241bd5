/** Truth: SQLite takes any number that is not zero for true; PostgreSQL wants a boolean. */
import { dynamicTruth } from "./dynamic.ts";
import { numberPrefix, prefixOf } from "./real-text.ts";
import type { Context } from "./scope.ts";
import { spelled } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import { asText, type Value } from "./value.ts";

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
    case "dynamic":
      return dynamicTruth(value);
    case "opaque":
      return condition(spelled(value, context), context);
    case "text":
      // A text is true where it begins with a number that is not zero.
      return typeof value.constant === "string"
        ? String(Number(prefixOf(value.constant)) !== 0)
        : `(${numberPrefix(asText(value))} <> 0)`;
    case "blob":
      return refuse("a BLOB is used as a condition");
  }
};
