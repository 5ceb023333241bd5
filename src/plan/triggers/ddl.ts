/** A planned trigger as DDL: its function and itself, one statement behind the other. */
import { qualified, quoteIdentifier } from "../../target/quote.ts";
import type { PlanTrigger } from "../model.ts";

/** Both statements without the last semicolon. Unqualified names in the body are of the schema, and only of it. */
export const createTrigger = (trigger: PlanTrigger, schema: string): string =>
  renderTrigger(trigger, (name) => qualified(schema, name), [`SET search_path = ${quoteIdentifier(schema)}, pg_temp`]);

/** The same for a person to read, without a schema. */
export const sketchTrigger = (trigger: PlanTrigger): string => renderTrigger(trigger, quoteIdentifier, []);

const renderTrigger = (
  { name, function: called, table, timing, event, when, body }: PlanTrigger,
  named: (name: string) => string,
  settings: readonly string[],
): string => {
  const quote = dollarQuote(body);
  return [
    `CREATE FUNCTION ${named(called)}() RETURNS trigger LANGUAGE plpgsql`,
    ...settings,
    `AS ${quote}`,
    ...directives(body),
    "BEGIN",
    ...body.map((line) => `  ${line}`),
    "END",
    `${quote};`,
    `CREATE TRIGGER ${quoteIdentifier(name)} ${timing} ${event} ON ${named(table)}`,
    `FOR EACH ROW ${when === null ? "" : `WHEN (${when}) `}EXECUTE FUNCTION ${named(called)}()`,
  ].join("\n");
};

/** A tag that the body does not hold. */
const dollarQuote = (body: readonly string[]): string => {
  let quote = "$trigger$";
  for (let at = 1; body.some((line) => line.includes(quote)); at++) quote = `$trigger_${at}$`;
  return quote;
};

/** Columns that are called as PL/pgSQL's own variables are meant as columns. */
const directives = (body: readonly string[]): string[] =>
  body.some((line) => /ON CONFLICT \([^)]*"(?:new|old|found|tg_\w+)"/.test(line))
    ? ["#variable_conflict use_column"]
    : [];
