/** Functions on text. SQLite knows the case of ASCII letters alone, which the "C" collation matches. */
import type { Context } from "./scope.ts";
import { asInteger, requireStable, spelled } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import { asText, computed, type Value } from "./value.ts";

/** Text functions; null for any other. */
export const textFunction = (name: string, values: readonly Value[], context: Context): Value | null => {
  const text = (at: number): string => asText(spelled(values[at]!, context));
  const of = (sql: string): Value => computed(sql, "text", "text", values);
  switch (`${name}/${values.length}`) {
    case "lower/1":
    case "upper/1":
      return of(`${name}(${text(0)} COLLATE "C")`);
    case "trim/1":
    case "ltrim/1":
    case "rtrim/1":
      return of(`${name === "trim" ? "btrim" : name}(${text(0)}, ' ')`);
    case "trim/2":
    case "ltrim/2":
    case "rtrim/2":
      return of(`${name === "trim" ? "btrim" : name}(${text(0)}, ${text(1)})`);
    case "replace/3":
      return of(`replace(${text(0)}, ${text(1)}, ${text(2)})`);
    case "instr/2":
      return computed(`strpos(${text(0)}, ${text(1)})::bigint`, "integer", "bigint");
    case "length/1":
      return length(spelled(values[0]!, context));
    case "octet_length/1":
      return computed(`octet_length(${text(0)})::bigint`, "integer", "bigint");
    case "hex/1":
      return hex(spelled(values[0]!, context), context);
    case "substr/2":
    case "substring/2":
    case "substr/3":
    case "substring/3":
      return of(substring(text(0), values[1]!, values[2], context));
    default:
      return null;
  }
};

const length = (value: Value): Value =>
  computed(
    value.kind === "blob" ? `octet_length(${value.sql})::bigint` : `char_length(${asText(value)})::bigint`,
    "integer",
    "bigint",
  );

const hex = (value: Value, context: Context): Value => {
  // hex(NULL) is the empty text, not NULL.
  if (value.kind === "blob") return computed(`upper(COALESCE(encode(${value.sql}, 'hex'), ''))`, "text", "text");
  requireStable(context, "hex() of text");
  return computed(`upper(COALESCE(encode(convert_to(${asText(value)}, 'UTF8'), 'hex'), ''))`, "text", "text");
};

/**
 * A start before the text counts from its end in SQLite and is a position before the first character in PostgreSQL, which then
 * cuts the same piece: substr('ab', -3, 2) is 'a' in both counts.
 */
const substring = (text: string, start: Value, count: Value | undefined, context: Context): string => {
  const from = asInteger(spelled(start, context));
  if (from.kind !== "integer") return refuse("substr() from a position that is no INTEGER");
  const position =
    typeof from.constant === "bigint"
      ? from.constant < 0n
        ? `char_length(${text}) - ${-from.constant - 1n}`
        : String(from.constant)
      : `CASE WHEN ${from.sql} < 0 THEN char_length(${text}) + ${from.sql} + 1 ELSE ${from.sql} END::integer`;
  if (count === undefined) return `substr(${text}, ${position})`;
  const size = asInteger(spelled(count, context));
  if (size.kind !== "integer") return refuse("substr() with a length that is no INTEGER");
  if (typeof size.constant === "bigint") {
    return size.constant >= 0n
      ? `substr(${text}, ${position}, ${size.constant})`
      : refuse("substr() with a negative length");
  }
  // A negative length takes what stands before the start: nothing, where that is the first character.
  if (from.constant !== 1n) return refuse("substr() with a length that may be negative");
  return `substr(${text}, 1, (CASE WHEN ${size.sql} < 0 THEN 0 ELSE ${size.sql} END)::integer)`;
};
