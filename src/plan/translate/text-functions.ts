/** Functions on text. SQLite knows the case of ASCII letters alone, which the "C" collation matches. */
import { textValue } from "./literal.ts";
import type { Context } from "./scope.ts";
import { asInteger, requireStable, spelled } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import { asText, computed, type Value } from "./value.ts";

/** Text functions; null for any other. */
export const textFunction = (name: string, values: readonly Value[], context: Context): Value | null => {
  const text = (at: number): string => asText(spelled(values[at]!, context), context);
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
      return length(spelled(values[0]!, context), context);
    case "unicode/1":
      return computed(`NULLIF(ascii(${text(0)}), 0)::bigint`, "integer", "bigint");
    case "quote/1":
      return of(quoted(values[0]!, context));
    case "unhex/1":
      return unhex(text(0));
    case "octet_length/1":
      return computed(`octet_length(${text(0)})::bigint`, "integer", "bigint");
    case "hex/1":
      return hex(spelled(values[0]!, context), context);
    case "substr/2":
    case "substring/2":
    case "substr/3":
    case "substring/3":
      return substring(values[0]!, values[1]!, values[2], context);
  }
  if (name === "char") return characters(values);
  if (name === "concat") return of(`(${values.map((value) => orNothing(value, context)).join(" || ")})`);
  if (name === "concat_ws" && values.length > 1) {
    requireStable(context, "concat_ws()");
    return of(`concat_ws(${values.map((_, at) => text(at)).join(", ")})`);
  }
  return null;
};

const orNothing = (value: Value, context: Context): string =>
  value.kind === "null" ? "''" : `COALESCE(${asText(spelled(value, context), context)}, '')`;

/** char(65, 66): known code points alone, because PostgreSQL's chr() refuses some that SQLite replaces. */
const characters = (values: readonly Value[]): Value => {
  const points = values.map(({ constant }) =>
    typeof constant === "bigint" &&
    constant > 0n &&
    constant <= 0x10ffffn &&
    !(constant >= 0xd800n && constant < 0xe000n)
      ? Number(constant)
      : refuse("char() of what is no literal code point"),
  );
  return textValue(String.fromCodePoint(...points));
};

/** A value as an SQL literal of SQLite's. */
const quoted = (given: Value, context: Context): string => {
  const value = asInteger(spelled(given, context));
  switch (value.kind) {
    case "null":
      return "'NULL'";
    case "text":
      return `COALESCE('''' || replace(${asText(value)}, '''', '''''') || '''', 'NULL')`;
    case "blob":
      return `COALESCE('X''' || upper(encode(${value.sql}, 'hex')) || '''', 'NULL')`;
    default:
      return `COALESCE(${asText(value, context)}, 'NULL')`;
  }
};

/** NULL for what is no hexadecimal text, where PostgreSQL has an error. */
const unhex = (text: string): Value =>
  computed(`(CASE WHEN ${text} ~ '^([0-9A-Fa-f]{2})*$' THEN decode(${text}, 'hex') END)`, "blob", "bytea");

const length = (value: Value, context: Context): Value =>
  computed(
    value.kind === "blob" ? `octet_length(${value.sql})::bigint` : `char_length(${asText(value, context)})::bigint`,
    "integer",
    "bigint",
  );

const hex = (value: Value, context: Context): Value => {
  // hex(NULL) is the empty text, not NULL.
  if (value.kind === "blob") return computed(`upper(COALESCE(encode(${value.sql}, 'hex'), ''))`, "text", "text");
  requireStable(context, "hex() of text");
  return computed(`upper(COALESCE(encode(convert_to(${asText(value, context)}, 'UTF8'), 'hex'), ''))`, "text", "text");
};

/**
 * A start before the text counts from its end in SQLite and is a position before the first character in PostgreSQL, which then
 * cuts the same piece: substr('ab', -3, 2) is 'a' in both counts. A negative length takes what stands before the start.
 */
const substring = (subject: Value, start: Value, count: Value | undefined, context: Context): Value => {
  const isBlob = subject.kind === "blob";
  // Of an empty BLOB SQLite has no part at all.
  const text = isBlob ? `NULLIF(${subject.sql}, '\\x')` : asText(spelled(subject, context), context);
  const size = isBlob ? `octet_length(${text})` : `char_length(${text})`;
  const of = (sql: string): Value => computed(sql, isBlob ? "blob" : "text", isBlob ? "bytea" : "text", [subject]);
  const from = wholeArgument(start, "from a position", context);
  const position =
    typeof from.constant === "bigint"
      ? from.constant < 0n
        ? `${size} - ${-from.constant - 1n}`
        : String(from.constant)
      : `CASE WHEN ${from.sql} < 0 THEN ${size} + ${from.sql} + 1 ELSE ${from.sql} END::integer`;
  if (count === undefined) return of(`substr(${text}, ${position})`);
  const length = wholeArgument(count, "with a length", context);
  const forwards = (sql: string): string => `substr(${text}, ${position}, ${sql})`;
  const backwards = (sql: string): string => `substr(${text}, (${position}) - ${sql}, ${sql})`;
  if (typeof length.constant === "bigint")
    return of(length.constant >= 0n ? forwards(String(length.constant)) : backwards(String(-length.constant)));
  // Before the first character there is nothing.
  if (from.constant === 1n) return of(forwards(`(CASE WHEN ${length.sql} < 0 THEN 0 ELSE ${length.sql} END)::integer`));
  return of(
    `(CASE WHEN ${length.sql} < 0 THEN ${backwards(`(- ${length.sql})::integer`)} ELSE ${forwards(`${length.sql}::integer`)} END)`,
  );
};

const wholeArgument = (value: Value, what: string, context: Context): Value => {
  const number = asInteger(spelled(value, context));
  return number.kind === "integer" ? number : refuse(`substr() ${what} that is no INTEGER`);
};
