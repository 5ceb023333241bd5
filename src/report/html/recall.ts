/** What indexes over vectors find, on the page. */
import type { RecallProof } from "../../verify/recall/model.ts";
import { recallShare, searchedColumn } from "../text-recall.ts";
import { formatCount } from "../words.ts";
import { type Html, html } from "./template.ts";

export const recallBody = (indexes: readonly RecallProof[]): Html | null => {
  if (indexes.length === 0) return null;
  const compared = indexes.filter(({ notCompared }) => notCompared === null);
  const others = indexes.filter(({ notCompared }) => notCompared !== null);
  return html`${compared.length === 0 ? null : comparedTable(compared)}${others.length === 0 ? null : reasons(others)}`;
};

const comparedTable = (indexes: readonly RecallProof[]): Html =>
  html`<div class="scroll" tabindex="0"><table class="sortable"><thead><tr><th scope="col">Column</th><th scope="col">Index</th><th scope="col">Metric</th><th scope="col" class="number">Queries</th><th scope="col" class="number">k</th><th scope="col" class="number">Recall</th><th scope="col" class="number">Without index</th></tr></thead><tbody>${indexes.map(indexRow)}</tbody></table></div>`;

const indexRow = (proof: RecallProof): Html =>
  html`<tr><td class="mono">${searchedColumn(proof)}</td><td class="mono">${proof.index}</td><td>${proof.metric}</td><td class="number">${formatCount(proof.queries)}</td><td class="number">${formatCount(proof.neighbours)}</td><td class="number">${recallShare(proof.recall)}</td><td class="number">${recallShare(proof.recallWithoutIndex)}</td></tr>`;

const reasons = (indexes: readonly RecallProof[]): Html =>
  html`<dl class="facts below">${indexes.map((proof) => html`<dt class="mono">${searchedColumn(proof)}</dt><dd>${proof.index}: not compared: ${proof.notCompared}</dd>`)}</dl>`;
