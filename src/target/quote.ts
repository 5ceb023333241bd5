/** The only places where text becomes part of PostgreSQL statements. */

/** Quotes a name for PostgreSQL, always: preserves case, reserved words and every character but NUL. */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** `"schema"."name"`. */
export const qualified = (schema: string, name: string): string =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;

/** Quotes text as a literal; E'' where it holds a backslash, so that standard_conforming_strings does not matter. */
export const quoteLiteral = (text: string): string => {
  const doubled = text.replaceAll("'", "''");
  return doubled.includes("\\") ? `E'${doubled.replaceAll("\\", "\\\\")}'` : `'${doubled}'`;
};
