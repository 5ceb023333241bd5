/** The text of a column for a search vector, in PostgreSQL's SQL. */
import { quoteIdentifier } from "../../target/quote.ts";
import type { ColumnDraft } from "../drafts/model.ts";
import type { TargetType } from "../model.ts";

export interface ColumnText {
  /**
   * plain: `sql` is the text · documents: jsonb, whose texts count one by one · json: text that is JSON · array: an array, whose
   * elements count one by one.
   */
  readonly kind: "plain" | "documents" | "json" | "array";
  /** Of the quoted column, as text where it is plain. */
  readonly sql: (column: string) => string;
  /** PostgreSQL allows it in a generated column. */
  readonly immutable: boolean;
}

/**
 * How the column's values become text; null where they are none (bytes, vectors).
 * @param raw the stored text counts as it is, JSON's keys and all, as in a full-text table; else a JSON value's texts alone
 */
export const textOf = (draft: ColumnDraft, raw: boolean): ColumnText | null => {
  const { type } = draft.choice;
  if (!raw && (type.name === "jsonb" || type.name === "json"))
    return { kind: "documents", sql: (column) => column, immutable: true };
  if (!raw && type.name === "text" && holdsJson(draft))
    return { kind: "json", sql: (column) => column, immutable: false };
  if (type.name === "array") return { kind: "array", sql: (column) => column, immutable: false };
  const immutable = IMMUTABLE.get(type.name);
  if (immutable === undefined) return null;
  const isText = TEXTS.has(type.name);
  return { kind: "plain", sql: (column) => (isText ? column : `${column}::text`), immutable };
};

const TEXTS: ReadonlySet<TargetType["name"]> = new Set(["text", "varchar", "citext", "char"]);

/** Whether a type's values have the same text whatever the session's settings are; types without any text are not in it. */
const IMMUTABLE: ReadonlyMap<TargetType["name"], boolean> = new Map([
  ...(["text", "varchar", "citext", "char", "uuid", "json", "jsonb"] as const).map((name) => [name, true] as const),
  ...(["smallint", "integer", "bigint", "numeric", "boolean"] as const).map((name) => [name, true] as const),
  ...(["double precision", "real", "enum"] as const).map((name) => [name, false] as const),
  ...(["date", "time", "timestamp", "timestamptz"] as const).map((name) => [name, false] as const),
]);

const holdsJson = ({ profile }: ColumnDraft): boolean =>
  profile.texts > 0 && profile.shapes.jsonContainer === profile.texts && profile.blobs === 0;

/** All texts of a JSON value, however deep, with spaces between them. */
export const jsonTexts = (value: string): string =>
  `(SELECT string_agg(item #>> '{}', ' ') FROM jsonb_path_query(${value}, 'strict $.**') AS item WHERE jsonb_typeof(item) = 'string')`;

/** The same of an array. */
export const arrayTexts = (value: string): string => `array_to_string(${value}, ' ')`;

/** The column's name in SQL. */
export const quoted = ({ target }: ColumnDraft): string => quoteIdentifier(target);
