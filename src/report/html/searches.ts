/** Full-text searches on the page. */
import type { SearchProof } from "../../verify/search/model.ts";
import { searchOutcome, searchTitle } from "../text-search.ts";
import { formatCount } from "../words.ts";
import { type Html, html } from "./template.ts";

export const searchesBody = (searches: readonly SearchProof[]): Html | null =>
  searches.length === 0
    ? null
    : html`<dl class="facts">${searches.map((search) => html`<dt class="mono">${searchTitle(search)}</dt><dd>${searchOutcome(search)}</dd>`)}</dl>${differenceTable(searches)}`;

const differenceTable = (searches: readonly SearchProof[]): Html | null => {
  const rows = searches.flatMap((search) => search.differences.map((difference) => ({ search, ...difference })));
  if (rows.length === 0) return null;
  return html`<div class="scroll below" tabindex="0"><table class="sortable"><thead><tr><th scope="col">Search</th><th scope="col">Cause</th><th scope="col" class="number">Queries</th><th scope="col">For example</th><th scope="col" class="number">Rows in SQLite alone</th><th scope="col" class="number">In PostgreSQL alone</th></tr></thead><tbody>${rows.map(({ search, cause, queries, example }) => html`<tr><td class="mono">${search.source ?? searchTitle(search)}</td><td>${cause}</td><td class="number">${formatCount(queries)}</td><td class="mono">${example.query}</td><td class="number">${formatCount(example.onlySqlite)}</td><td class="number">${formatCount(example.onlyPostgres)}</td></tr>`)}</tbody></table></div>`;
};
