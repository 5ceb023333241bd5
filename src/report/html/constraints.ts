/** What guards the rows: constraints, indexes, sequences, and whether every planned object is there. */
import type { AddedProof, ConstraintProof, ObjectProof } from "../../verify/model.ts";
import type { RunReport } from "../model.ts";
import { filledWords, formatCount } from "../words.ts";
import { type Html, html, lines } from "./template.ts";

/** Rows of each list that the page shows; the JSON report has all of them. */
const SHOWN = 1000;

const TONE = { invalid: "warn", missing: "bad", "left out": "warn", different: "bad" } as const;

/** What is not as planned is listed; the rest is counted. */
export const constraintsBody = ({ constraints, sequences, objects }: RunReport): Html | null => {
  if (constraints.checked + sequences.length + objects.checked === 0) return null;
  const past = sequences.filter(({ state }) => state === "ok").length;
  const sound = objects.checked - objects.others.length;
  return html`<dl class="facts">${fact("Constraints and indexes", constraints.valid, constraints.checked, "in force")}${fact("Sequences", past, sequences.length, "past the largest value")}${fact("Tables, columns, views", sound, objects.checked, "as planned")}</dl>${constraints.others.length > 0 ? constraintTable(constraints.others) : null}${objects.others.length > 0 ? objectTable(objects.others) : null}${sequences.length > 0 ? sequenceFold(sequences) : null}${objects.added === undefined ? null : addedFold(objects.added)}`;
};

const fact = (title: string, good: number, all: number, word: string): Html | null =>
  all === 0
    ? null
    : html`<dt>${title}</dt><dd>${good === all ? `all ${formatCount(all)}` : `${formatCount(good)} of ${formatCount(all)}`} ${word}</dd>`;

const constraintTable = (constraints: readonly ConstraintProof[]): Html =>
  html`<div class="scroll below" tabindex="0"><table class="sortable"><thead><tr><th scope="col">Table</th><th scope="col">Kind</th><th scope="col">Name</th><th scope="col">State</th></tr></thead><tbody>${constraints.slice(0, SHOWN).map((one) => html`<tr><td class="mono">${one.table}</td><td>${one.kind}</td><td class="mono">${one.name}</td>${stateCell(one)}</tr>`)}</tbody></table></div>`;

const objectTable = (objects: readonly ObjectProof[]): Html =>
  html`<div class="scroll below" tabindex="0"><table class="sortable"><thead><tr><th scope="col">Kind</th><th scope="col">Name</th><th scope="col">State</th></tr></thead><tbody>${objects.slice(0, SHOWN).map((one) => html`<tr><td>${one.kind}</td><td class="mono">${one.name}</td>${stateCell(one)}</tr>`)}</tbody></table></div>`;

const stateCell = ({ state, message }: ObjectProof | ConstraintProof): Html =>
  html`<td class="wide"><span class="tag ${state === "valid" ? "good" : TONE[state]}">${state}</span>${message === null ? null : html` <span class="message">${lines(message)}</span>`}</td>`;

const addedFold = (added: readonly AddedProof[]): Html =>
  html`<details><summary>Added: not in the source</summary><div class="body"><div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Column</th><th scope="col">PostgreSQL</th><th scope="col">Rows with a value</th><th scope="col">Why</th></tr></thead><tbody>${added.slice(0, SHOWN).map((one) => html`<tr><td class="mono">${one.table}.${one.column}</td><td class="mono type">${one.type}</td><td>${filledWords(one.rows, one.filled)}</td><td class="wide">${one.reason}</td></tr>`)}</tbody></table></div></div></details>`;

const sequenceFold = (sequences: RunReport["sequences"]): Html => {
  const trouble = sequences.some(({ state }) => state !== "ok");
  return html`<details${trouble ? html` open` : null}><summary>Sequences</summary><div class="body"><div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Column</th><th scope="col">Sequence</th><th scope="col" class="number">Largest value</th><th scope="col" class="number">Next value</th></tr></thead><tbody>${sequences.slice(0, SHOWN).map((one) => html`<tr><td class="mono">${one.table}.${one.column}</td><td class="mono">${one.name ?? "none"}</td><td class="number">${one.maximum ?? "none"}</td><td class="number">${one.next ?? "none"}${one.state === "ok" ? null : html` <span class="tag bad">${one.state}</span>`}</td></tr>`)}</tbody></table></div></div></details>`;
};
