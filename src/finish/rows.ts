/** SQL that names rows for a person: by the key that the source knows them by, shortened where a key is long. */
import type { PlanTable } from "../plan/model.ts";
import { quoteIdentifier, quoteLiteral } from "../target/quote.ts";

/** How many rows a finding shows. */
export const EXAMPLES = 5;
const LONGEST_EXAMPLE = 120;

/** A text expression such as `id 7` or `tenant 1, code abc` over the row `alias`; null for a table without key columns. */
export const keyText = (table: PlanTable, alias: string): string | null => {
  const parts = table.keyColumns.flatMap((source) => {
    const column = table.columns.find((candidate) => candidate.source === source);
    return column === undefined
      ? []
      : [`${quoteLiteral(`${source} `)} || ${alias}.${quoteIdentifier(column.target)}::text`];
  });
  return parts.length === 0 ? null : shortText(`concat_ws(', ', ${parts.join(", ")})`);
};

/** The expression as text of a length that fits into a message. */
export const shortText = (expression: string): string => `left((${expression})::text, ${LONGEST_EXAMPLE})`;

/** `a; b; c …`: the examples of a finding, with a sign that there are more. */
export const listExamples = (examples: readonly string[], total: number): string =>
  examples.join("; ") + (total > examples.length ? " …" : "");

/** Source names of target columns. */
export const sourceNames = (table: PlanTable, targets: readonly string[]): string[] =>
  targets.map((target) => table.columns.find((column) => column.target === target)?.source ?? target);

/** `table.column` where it is one column, else the table. */
export const whereOf = (table: PlanTable, targets: readonly string[]): string => {
  const [name, ...others] = sourceNames(table, targets);
  return name === undefined || others.length > 0 ? table.source : `${table.source}.${name}`;
};
