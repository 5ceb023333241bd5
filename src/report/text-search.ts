/** Full-text searches in the text report: how many of the sample's queries found the same rows, and why others did not. */
import type { SearchProof } from "../verify/search/model.ts";
import { wrap } from "./grid.ts";
import { WIDTH } from "./text-parts.ts";
import { counted, formatCount, visible } from "./words.ts";

/** Lines of the text report, indented. */
export const searchLines = (searches: readonly SearchProof[]): string[] => searches.flatMap(oneSearch);

const oneSearch = (search: SearchProof): string[] => [
  ...wrap(`${searchTitle(search)}: ${searchOutcome(search)}`, WIDTH, "  "),
  ...search.differences.flatMap(({ cause, queries, example }) =>
    wrap(
      `- ${cause}: ${counted(queries, "query", "queries")}, e.g. ${visible(example.query)}: ${counted(example.onlySqlite, "row")} in SQLite alone, ${formatCount(example.onlyPostgres)} in PostgreSQL alone (${visible(example.key)})`,
      WIDTH,
      "  ",
    ),
  ),
];

/** `resources_fts → resources.search_vector`. */
export const searchTitle = ({ source, table, column }: SearchProof): string => {
  const target = column === null ? `${visible(table)} (LIKE)` : `${visible(table)}.${visible(column)}`;
  return source === null ? target : `${visible(source)} → ${target}`;
};

/** One search in a few words. */
export const searchOutcome = ({ queries, same, notCompared, empty }: SearchProof): string => {
  const missing = empty === 0 ? "" : `, empty in ${counted(empty, "row")}`;
  if (notCompared !== null) return `filled, not compared: ${visible(notCompared)}${missing}`;
  return `${formatCount(same)} of ${counted(queries, "sample query", "sample queries")} find the same rows${missing}`;
};
