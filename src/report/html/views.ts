/** Views on the page. */
import type { ViewProof } from "../../verify/views/model.ts";
import { viewOutcome, viewsOutcome } from "../text-views.ts";
import { type Html, html } from "./template.ts";

const TONE = { equal: "good", different: "bad", "not compared": "calm" } as const;

export const viewsBody = (views: readonly ViewProof[]): Html | null => {
  if (views.length === 0) return null;
  const others = views.filter(({ state }) => state !== "equal");
  return html`<p>${viewsOutcome(views)}.</p>${others.length === 0 ? null : othersTable(others)}`;
};

const othersTable = (views: readonly ViewProof[]): Html =>
  html`<div class="scroll below" tabindex="0"><table class="sortable"><thead><tr><th scope="col">View</th><th scope="col">Rows</th><th scope="col">Only in</th><th scope="col">Row</th></tr></thead><tbody>${views.map((view) => html`${outcomeRow(view)}${view.differences.map(({ side, row }) => html`<tr><td class="mono">${view.source}</td><td></td><td>${side}</td><td class="mono wide">${row}</td></tr>`)}`)}</tbody></table></div>`;

const outcomeRow = (view: ViewProof): Html =>
  html`<tr><td class="mono">${view.source}</td><td><span class="tag ${TONE[view.state]}">${view.state}</span></td><td></td><td class="wide">${viewOutcome(view)}</td></tr>`;
