/** The one place where a planned type becomes PostgreSQL's words: as we write it, and as its catalogue says it back. */
import { quoteIdentifier } from "../../target/quote.ts";
import type { TargetType } from "../model.ts";

/** The type as it stands in our DDL, e.g. `varchar(40)`, `numeric(10,2)`, `timestamptz`. */
export const renderType = (type: TargetType): string => {
  switch (type.name) {
    case "varchar":
      return `varchar(${type.length})`;
    case "numeric":
      return type.precision === undefined ? "numeric" : `numeric(${type.precision},${type.scale ?? 0})`;
    case "char":
      return `char(${type.length})`;
    case "array":
      return `${renderType(type.element)}[]`;
    case "enum":
      return quoteIdentifier(type.type);
    case "vector":
    case "halfvec":
      return `${type.name}(${type.dimensions})`;
    case "bit":
      return `bit(${type.length})`;
    case "time":
    case "timestamp":
    case "timestamptz":
      return type.precision === undefined ? type.name : `${type.name}(${type.precision})`;
    default:
      return type.name;
  }
};

/**
 * The same type as `format_type` prints it, without a schema and without quotes: what a table that is already there is
 * compared with by `sameType`.
 */
export const catalogueType = (type: TargetType): string => {
  switch (type.name) {
    case "varchar":
      return `character varying(${type.length})`;
    case "time":
      return "time without time zone";
    case "timestamp":
      return "timestamp without time zone";
    case "timestamptz":
      return "timestamp with time zone";
    case "enum":
      return type.type;
    case "array":
      return `${catalogueType(type.element)}[]`;
    default:
      return renderType(type);
  }
};

/** What `format_type` prints, without the schema that it prints or not by the search_path, and without quotes. */
export const bareCatalogueType = (printed: string): string =>
  printed
    .replace(/^("(?:[^"]|"")*"|[^".(]*)\./, "")
    .replace(/^"((?:[^"]|"")*)"/, (_, name: string) => name.replaceAll('""', '"'));
