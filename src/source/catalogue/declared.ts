/** Reads a declared SQLite type as a hint: which family its author had in mind, with its length or precision. */

export type DeclaredFamily =
  | "boolean"
  | "integer"
  | "real"
  | "decimal"
  | "date"
  | "time"
  | "datetime"
  | "json"
  | "uuid"
  | "text"
  | "blob"
  | "none";

export interface DeclaredType {
  readonly family: DeclaredFamily;
  /** The numbers in parentheses, e.g. [10, 2]; empty where there are none. */
  readonly sizes: readonly number[];
  /** CHAR(36) and CHAR(32): a UUID only if every value is one, otherwise text of that length. */
  readonly perhapsUuid: boolean;
}

const FAMILIES: readonly (readonly [RegExp, DeclaredFamily])[] = [
  [/BOOL/, "boolean"],
  [/^(UUID|GUID|UNIQUEIDENTIFIER)/, "uuid"],
  [/^JSONB?\b/, "json"],
  [/^(DATETIME|TIMESTAMP)/, "datetime"],
  [/^DATE\b/, "date"],
  [/^TIME\b/, "time"],
  [/^(DECIMAL|DEC\b|NUMERIC|NUMBER|MONEY|SMALLMONEY|CURRENCY)/, "decimal"],
  // From here on SQLite's own affinity rules, in SQLite's own order (sqlite.org/datatype3.html, section 3.1).
  [/INT/, "integer"],
  [/CHAR|CLOB|TEXT/, "text"],
  [/BLOB|BINARY|BYTEA|BYTES/, "blob"],
  [/REAL|FLOA|DOUB/, "real"],
];

/** Takes a declared type as written ("" for none) and gives its family; what no rule knows is "none": values decide alone. */
export const readDeclaredType = (declared: string): DeclaredType => {
  const upper = declared.trim().toUpperCase();
  const sizes = (/\(([^)]*)\)/.exec(upper)?.[1] ?? "")
    .split(",")
    .map((part) => Number.parseInt(part, 10))
    .filter((size) => Number.isInteger(size) && size > 0);
  const family = FAMILIES.find(([pattern]) => pattern.test(upper))?.[1] ?? "none";
  const perhapsUuid = family === "text" && /CHAR/.test(upper) && (sizes[0] === 36 || sizes[0] === 32);
  return { family, sizes, perhapsUuid };
};
