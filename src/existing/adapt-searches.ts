/**
 * Searches of the source among the application's own tables: nothing is made there, but where landbridge.yaml names the
 * application's tsvector column and its configuration, the results of both sides are compared.
 */
import type { PlanTable } from "../plan/model.ts";
import type { PlanSearch } from "../plan/search/model.ts";
import type { Notes } from "./notes.ts";
import type { FoundTable } from "./read.ts";

/** The searches whose results are compared in the application's table. */
export const adaptSearches = (
  { searches = [], source: table }: PlanTable,
  there: FoundTable,
  notes: Notes,
): PlanSearch[] =>
  searches.flatMap((search): PlanSearch[] => {
    const column = there.columns.find(({ name }) => name === search.column);
    if (column?.base.name === "tsvector" && search.configuration?.own === false)
      return [{ ...search, kind: "generated", trigger: null, indexes: [] }];
    if (search.source !== null)
      notes.add(
        "SEARCH_BY_APPLICATION",
        "info",
        search.source,
        `a full-text table over ${table}: the application's table ${there.name} is searched by what it has itself, and results are not compared`,
        `Name its tsvector column in landbridge.yaml, with its language: tables: { ${table}: { search: { <column>: { columns: …, language: …, replaces: ${search.source} } } } }`,
      );
    return [];
  });
