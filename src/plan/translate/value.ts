/**
 * A PostgreSQL expression together with what SQLite would have there: storage class, affinity and collation. Everything the
 * translator does is a function from such values to such values.
 */
import { isDeepStrictEqual } from "node:util";
import type { Affinity } from "../../source/model.ts";
import { quoteIdentifier } from "../../target/quote.ts";
import type { SourceForm, TargetType } from "../model.ts";
import { realText } from "./real-text.ts";
import type { Context, ScopeColumn } from "./scope.ts";
import { refuse } from "./untranslatable.ts";

/**
 * SQLite's storage class (NULL belongs to each): `number` is INTEGER or REAL from row to row; `boolean` is an INTEGER 0 or 1 that is
 * a boolean in PostgreSQL; `opaque` is spelled otherwise in PostgreSQL (dates, uuid, json): see `spelled`; `dynamic` is what stands
 * at a path of a JSON document, of any storage class, as jsonb: see dynamic.ts.
 */
export type Kind = "integer" | "real" | "number" | "boolean" | "text" | "blob" | "null" | "opaque" | "dynamic";

export type Constant = bigint | number | string | null;

export interface Value {
  /** Safe to stand beside any operator: a name, a literal, a call, or in parentheses. */
  readonly sql: string;
  readonly kind: Kind;
  /** PostgreSQL's type, "unknown" for a bare text literal or NULL. */
  readonly pg: string;
  readonly affinity: Affinity | null | "unknown";
  readonly collation: { readonly name: string; readonly explicit: boolean } | null;
  /** For `opaque`: how SQLite spells it. */
  readonly form: SourceForm | null;
  /** The value itself where it is known; undefined where it is not. Blobs are never constant. */
  readonly constant: Constant | undefined;
  /** A text that is a moment: the same as a PostgreSQL value of that form, for comparisons with columns of it. */
  readonly moment: Value | null;
  /** What else is known of it, as long as `sql` is still the one that it is known of. */
  readonly facts?: Facts;
}

export interface Facts {
  readonly of: string;
  /** `dynamic`: its text as `->>` gives it, in fewer words than from `sql`. */
  readonly text?: string;
  /** A text that is the digits of an INTEGER: that INTEGER's SQL. */
  readonly integer?: string;
  /** A text column whose every value is a JSON document that jsonb holds without loss. */
  readonly isDocument?: boolean;
  /** JSON that SQLite's functions take for JSON, not for text: what json(), json_object() and their kin give. */
  readonly isJson?: boolean;
  /** The text is what json_type() gives: PostgreSQL's own word for it. */
  readonly jsonType?: string;
  /** A column as it is: its type, whole. */
  readonly type?: TargetType;
  /** A column of an enum: its labels. */
  readonly labels?: readonly string[];
}

/** The facts of a value as it stands. */
export const factsOf = ({ sql, facts }: Value): Partial<Facts> => (facts?.of === sql ? facts : {});

/** A computed value: no affinity, no collation but what an operand named explicitly. */
export const computed = (sql: string, kind: Kind, pg: string, operands: readonly Value[] = []): Value => ({
  sql,
  kind,
  pg,
  affinity: null,
  collation: operands.find(({ collation }) => collation?.explicit)?.collation ?? null,
  form: null,
  constant: undefined,
  moment: null,
});

/** A condition as a value: SQLite's 0 and 1, PostgreSQL's boolean. */
export const bool = (sql: string, operands: readonly Value[] = []): Value =>
  computed(`(${sql})`, "boolean", "boolean", operands);

/** The value of a column; `qualifier` is the alias of its table where there are several. */
export const columnValue = (column: ScopeColumn, qualifier: string | null): Value => {
  const name = quoteIdentifier(column.target);
  const sql = qualifier === null ? name : `${quoteIdentifier(qualifier)}.${name}`;
  return {
    sql,
    kind: column.kind ?? kindOf(column),
    pg: column.type.name,
    affinity: column.affinity === undefined ? "unknown" : column.affinity,
    collation: { name: column.collation.toUpperCase(), explicit: false },
    form: column.isApproximate === true ? null : column.form,
    constant: undefined,
    moment: null,
    facts: factsOfColumn(column, sql),
  };
};

const factsOfColumn = ({ type, document }: ScopeColumn, sql: string): Facts => ({
  of: sql,
  type,
  ...(type.name === "enum" ? { labels: type.labels } : {}),
  ...(document === true ? { isDocument: true } : {}),
});

/** The storage class that a form and a type leave no doubt about; everything else is opaque. */
const kindOf = ({ type, form, affinity }: ScopeColumn): Kind => {
  switch (form.kind) {
    case "integer":
      // REAL affinity stores whole numbers as INTEGER and hands them out as REAL.
      if (affinity === "REAL") return "real";
      return isWhole(type) || type.name === "numeric" ? "integer" : "opaque";
    case "real":
      return affinity === "REAL" ? "real" : "number";
    case "decimal":
      // Decimal text compares as text in SQLite; only a numeric affinity excludes it.
      if (affinity === "REAL") return "real";
      return affinity === "NUMERIC" || affinity === "INTEGER" ? "number" : "opaque";
    case "text":
      return type.name === "text" || type.name === "varchar" ? "text" : "opaque";
    case "blob":
      return type.name === "bytea" ? "blob" : "opaque";
    case "boolean-integer":
      return type.name === "boolean" ? "boolean" : "opaque";
    default:
      return "opaque";
  }
};

const isWhole = ({ name }: TargetType): boolean => name === "smallint" || name === "integer" || name === "bigint";

/** A number of whatever storage class, 0 and 1 of conditions included. */
export const isNumeric = ({ kind }: Value): boolean =>
  kind === "integer" || kind === "real" || kind === "number" || kind === "boolean";

/** As bigint, so that sums and products do not overflow earlier than in SQLite. */
export const asBigint = (value: Value): string => {
  if (value.kind === "boolean")
    return typeof value.constant === "bigint" ? `${value.constant}::bigint` : `${value.sql}::integer::bigint`;
  if (value.kind === "null") return "NULL::bigint";
  return value.pg === "bigint" ? value.sql : `${value.sql}::bigint`;
};

/** As double precision: SQLite's REAL. A numeric column holds shortest decimals, which give the very double back. */
export const asDouble = (value: Value): string => {
  if (value.kind === "boolean") return `${value.sql}::integer::double precision`;
  return value.pg === "double precision" ? value.sql : `${value.sql}::double precision`;
};

const REAL_TEXT = "a REAL of more than 15 digits may be spelled with another last digit where it is used as text";

/**
 * As text where SQLite's own rendering is known: TEXT itself and integers. SQLite's versions differ in how they spell the last digits
 * of a REAL, so that only a view may use its text, with a note.
 */
export const asText = (value: Value, context: Pick<Context, "purpose" | "notes"> | null = null): string => {
  switch (value.kind) {
    case "text":
      return value.pg === "text" ? value.sql : `${value.sql}::text`;
    case "null":
      return "NULL::text";
    case "integer":
      return `${asBigint(value)}::text`;
    case "boolean":
      return `${value.sql}::integer::text`;
    case "real":
    case "number":
      if (context?.purpose !== "view") return refuse("the text of a REAL depends on SQLite's own rendering");
      context.notes.add(REAL_TEXT);
      return value.kind === "real" ? realText(asDouble(value)) : numberText(value);
    case "dynamic":
      return refuse("a JSON value of any storage class is used as text");
    case "blob":
      return refuse("a BLOB is used as text");
    case "opaque":
      return refuse(`a ${value.pg} column is used as text`);
  }
};

/** A column of numeric affinity holds whole numbers as INTEGER; of a computed number nobody knows which it is. */
const numberText = (value: Value): string => {
  const { form, affinity, sql, pg } = value;
  if (form === null || (affinity !== "NUMERIC" && affinity !== "INTEGER") || pg !== "numeric")
    return refuse("the text of a number depends on whether each row holds INTEGER or REAL");
  return `(CASE WHEN ${sql} = trunc(${sql}) THEN trunc(${sql})::text ELSE ${realText(asDouble(value))} END)`;
};

/** Types that their name alone does not tell: each enum is a type of its own. */
const NAMED_IN_PART: ReadonlySet<string> = new Set(["enum", "array", "vector", "halfvec", "bit"]);

/** Whether an opaque value is of this very type: what nobody knows whole is of none. */
export const isOfType = (value: Value, type: TargetType | undefined): boolean =>
  type !== undefined &&
  value.pg === type.name &&
  (!NAMED_IN_PART.has(type.name) || isDeepStrictEqual(factsOf(value).type, type));

/** Whether two opaque values are spelled alike in the same type. */
export const sameSpelling = (left: Value, right: Value): boolean =>
  left.form !== null &&
  isDeepStrictEqual(left.form, right.form) &&
  isOfType(left, NAMED_IN_PART.has(right.pg) ? factsOf(right).type : ({ name: right.pg } as TargetType));

/** The type of one of several values of one type, as what is known of the result `sql`. */
export const typeKept = (value: Value, sql: string): Pick<Value, "facts"> => {
  const { type, labels } = factsOf(value);
  if (type === undefined || !NAMED_IN_PART.has(type.name)) return {};
  return { facts: { of: sql, type, ...(labels === undefined ? {} : { labels }) } };
};
