/** A JSON array of scalars as PostgreSQL's literal of an array type; null where it is none of that type. */
import { readUuid } from "../../source/shapes/uuid.ts";
import { quoteLiteral } from "../../target/quote.ts";
import { renderType } from "../ddl/type.ts";
import type { ElementType, TargetType } from "../model.ts";

/** @param text the JSON, e.g. of a DEFAULT '[]' */
export const arrayLiteral = (text: string, type: Extract<TargetType, { name: "array" }>): string | null => {
  const elements = elementsOf(text);
  if (elements === null) return null;
  if (elements.length === 0) return `'{}'::${renderType(type)}`;
  const literals = elements.map((element) => literalOf(element, type.element));
  return literals.every((literal) => literal !== null) ? `ARRAY[${literals.join(", ")}]::${renderType(type)}` : null;
};

/** A number with its digits, which a double might not keep. */
class Digits {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const elementsOf = (text: string): unknown[] | null => {
  try {
    const value: unknown = JSON.parse(text, (_, part: unknown, context?: { readonly source?: string }) =>
      typeof part === "number" ? new Digits(context?.source ?? String(part)) : part,
    );
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
};

const literalOf = (element: unknown, { name }: ElementType): string | null => {
  if (element === null) return "NULL";
  if (typeof element === "boolean") return name === "boolean" ? String(element) : null;
  if (typeof element === "string") {
    if (name === "uuid") return readUuid(element) === "lower" ? quoteLiteral(element) : null;
    return (name === "text" || name === "varchar") && !element.includes("\0") ? quoteLiteral(element) : null;
  }
  if (!(element instanceof Digits)) return null;
  if (name === "double precision" || name === "numeric") return element.text;
  const isWhole = name === "smallint" || name === "integer" || name === "bigint";
  return isWhole && /^-?\d{1,18}$/.test(element.text) ? element.text : null;
};
