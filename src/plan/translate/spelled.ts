/** A column as SQLite spells it, for everything that PostgreSQL's own type cannot answer the same: exact, or not at all. */
import { quoteLiteral } from "../../target/quote.ts";
import type { IsoSpelling, SourceForm } from "../model.ts";
import { asDynamicText } from "./dynamic.ts";
import type { Context } from "./scope.ts";
import { refuse } from "./untranslatable.ts";
import { factsOf, type Kind, type Value } from "./value.ts";

/** Gives up where PostgreSQL demands immutable expressions and `what` is not. */
export const requireStable = (context: Context, what: string): void => {
  const { purpose } = context;
  if (purpose === "generated" || purpose === "index" || purpose === "where") {
    refuse(
      `${what} is not immutable in PostgreSQL, which ${purpose === "generated" ? "a generated column" : "an index"} needs`,
    );
  }
};

/** The value itself where it is no opaque column; else its text or integer in SQLite's spelling. */
export const spelled = (value: Value, context: Context): Value => {
  const { form } = value;
  if (value.kind === "dynamic") return asDynamicText(value, context);
  if (factsOf(value).labels !== undefined) {
    requireStable(context, "the text of an enum");
    return { ...value, sql: `${value.sql}::text`, kind: "text", pg: "text" };
  }
  if (value.kind !== "opaque" || form === null) return value;
  const as = (sql: string, kind: Kind, pg: string): Value => ({
    ...value,
    sql,
    kind,
    pg,
  });
  switch (form.kind) {
    case "uuid":
      return as(uuidText(value.sql, form.spelling), "text", "text");
    case "boolean-text":
      return as(
        `(CASE WHEN ${value.sql} THEN ${quoteLiteral(form.true)} WHEN NOT ${value.sql} THEN ${quoteLiteral(form.false)} END)`,
        "text",
        "text",
      );
    case "iso-date":
    case "iso-time":
    case "iso-datetime":
      requireStable(context, "the text of a date or time");
      return as(isoText(value, form), "text", "text");
    case "epoch":
      return epochNumber(value, form, as);
    case "json":
      if (value.pg === "json" && !form.numbers) return as(`${value.sql}::text`, "text", "text");
      return refuse(`the text of a ${value.pg} column is not kept as it was`);
    default:
      return refuse(`what SQLite has in a ${value.pg} column of form ${form.kind} is not one storage class`);
  }
};

const uuidText = (sql: string, spelling: Extract<SourceForm, { kind: "uuid" }>["spelling"]): string => {
  switch (spelling) {
    case "lower":
      return `${sql}::text`;
    case "upper":
      return `upper(${sql}::text)`;
    case "hex-lower":
      return `replace(${sql}::text, '-', '')`;
    case "hex-upper":
      return `upper(replace(${sql}::text, '-', ''))`;
    case "blob":
      return refuse("a UUID stored as BLOB is used as text");
  }
};

/** A timestamptz at UTC; every other type as it is. */
export const atUtc = ({ sql, pg }: Value): string => (pg === "timestamptz" ? `(${sql} AT TIME ZONE 'UTC')` : sql);

const isoText = (
  value: Value,
  form: Extract<SourceForm, { kind: "iso-date" | "iso-time" | "iso-datetime" }>,
): string => {
  const moment = atUtc(value);
  if (form.kind === "iso-date") return `to_char(${moment}, 'YYYY-MM-DD')`;
  // to_char has no template for `time`; an interval is the same time of day.
  if (form.kind === "iso-time") return clockText(`${moment}::interval`, "", form);
  return clockText(moment, form.separator === "T" ? 'YYYY-MM-DD"T"' : "YYYY-MM-DD ", form);
};

const clockText = (moment: string, day: string, { seconds, fraction, zone }: IsoSpelling): string => {
  const toChar = (clock: string): string => `to_char(${moment}, '${day}${clock}')`;
  const withZone = (sql: string): string => (zone === "" ? sql : `(${sql} || ${quoteLiteral(zone)})`);
  if (!seconds) return withZone(toChar("HH24:MI"));
  const whole = "HH24:MI:SS";
  if (fraction === "trimmed") return withZone(`rtrim(rtrim(${toChar(`${whole}.US`)}, '0'), '.')`);
  if (fraction === "0or6") return withZone(`regexp_replace(${toChar(`${whole}.US`)}, '\\.000000$', '')`);
  return withZone(toChar(fraction === 0 ? whole : `${whole}.FF${fraction}`));
};

const UNITS = { s: "", ms: " * 1000", us: " * 1000000" } as const;

const epochNumber = (
  value: Value,
  form: Extract<SourceForm, { kind: "epoch" }>,
  as: (sql: string, kind: Kind, pg: string) => Value,
): Value => {
  const number = `(extract(epoch FROM ${atUtc(value)})${UNITS[form.unit]})`;
  return form.storage === "integer"
    ? as(`${number}::bigint`, "integer", "bigint")
    : as(`${number}::double precision`, "real", "double precision");
};

/** Whether PostgreSQL's order of the type is the order of the texts or numbers that SQLite compares. */
export const ordersAlike = (form: SourceForm): boolean => {
  switch (form.kind) {
    case "iso-date":
    case "epoch":
    case "uuid":
      return true;
    case "iso-time":
    case "iso-datetime":
      // A zone after a fraction of changing length sorts Z after the point.
      return typeof form.fraction === "number" || form.zone === "";
    case "boolean-text":
      return form.false < form.true;
    default:
      return false;
  }
};

/** Whether two equal texts are equal values and the other way round, so that = may be asked of the type. */
export const equalsAlike = (form: SourceForm): boolean =>
  ordersAlike(form) || form.kind === "iso-datetime" || form.kind === "iso-time" || form.kind === "boolean-text";

/** A boolean as the INTEGER that SQLite has there. */
export const asInteger = (value: Value): Value =>
  value.kind === "boolean" ? { ...value, sql: `${value.sql}::integer::bigint`, kind: "integer", pg: "bigint" } : value;
