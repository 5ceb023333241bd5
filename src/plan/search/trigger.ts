/**
 * A search column that a trigger fills: where PostgreSQL allows no generated column, because the text depends on settings, or
 * where a text may be too long for a tsvector. A row is never refused because of it.
 */
import { qualified, quoteIdentifier, quoteLiteral } from "../../target/quote.ts";
import type { SearchConfiguration } from "./configuration.ts";
import type { Weight } from "./model.ts";
import { arrayTexts, type ColumnText, jsonTexts } from "./texts.ts";

export interface TriggerPart {
  readonly target: string;
  readonly weight: Weight;
  readonly text: ColumnText;
}

/**
 * The function's body, which no search_path changes.
 * @param schema that configurations of the plan's own lie in, with what they need
 * @param characters of each part that count where the whole does not fit
 */
export const triggerBody = (
  column: string,
  parts: readonly TriggerPart[],
  configuration: SearchConfiguration,
  { schema, characters }: { readonly schema: string; readonly characters: number },
): string => {
  const name = configuration.own ? qualified(schema, configuration.name) : configuration.name;
  const vector = (text: (part: TriggerPart) => string): string =>
    parts
      .map((part) => {
        const plain = `coalesce(${text(part)}, '')`;
        const words =
          configuration.words === null ? plain : `${qualified(schema, configuration.words.function)}(${plain})`;
        return `setweight(to_tsvector(configuration, ${words}), '${part.weight}')`;
      })
      .join("\n    || ");
  const field = `NEW.${quoteIdentifier(column)}`;
  return `
DECLARE
  configuration CONSTANT regconfig := ${quoteLiteral(name)};
BEGIN
  ${field} := ${vector(wholeText)};
  RETURN NEW;
EXCEPTION WHEN program_limit_exceeded OR data_exception THEN
  -- A tsvector holds one megabyte: of longer texts the beginning counts. What should be JSON and is none counts as it stands.
  ${field} := ${vector((part) => `left(${safeText(part)}, ${characters})`)};
  RETURN NEW;
END;
`;
};

const wholeText = ({ target, text }: TriggerPart): string => {
  const column = `NEW.${quoteIdentifier(target)}`;
  switch (text.kind) {
    case "plain":
      return text.sql(column);
    case "array":
      return arrayTexts(column);
    case "documents":
    case "json":
      return jsonTexts(`${column}::jsonb`);
  }
};

const safeText = ({ target, text }: TriggerPart): string => {
  const column = `NEW.${quoteIdentifier(target)}`;
  return text.kind === "array" ? arrayTexts(column) : text.kind === "plain" ? text.sql(column) : `${column}::text`;
};
