/** The go / no-go report as one page, from the same building blocks as a crossing's report. */
import { basename } from "node:path";
import { htmlPage, type Section, section } from "../report/html/page.ts";
import { type Html, html, lines } from "../report/html/template.ts";
import { timingsDrawing } from "../report/html/timings.ts";
import { formatInstant } from "../report/words.ts";
import type { RehearsalReport } from "./model.ts";
import { checkTable, comparisonTable, facts, loadTable, predictionTable, promiseTable, type Table } from "./rows.ts";
import { rehearsalVerdict, VERDICT_TONE } from "./verdict.ts";

/** Renders the whole page. */
export const rehearsalPage = (report: RehearsalReport): string => {
  const name = basename(report.source.path);
  return htmlPage({
    title: `${rehearsalVerdict(report).word}: rehearsal of ${name}`,
    top: [`Rehearsal of ${name} → PostgreSQL ${report.target.version ?? ""}`, formatInstant(report.finishedAt)],
    verdict: rehearsalVerdict(report),
    sections: sections(report),
    footer: `${report.name}. Written by Landbridge ${report.environment.landbridge} on ${report.environment.platform} with ${report.environment.cores} cores; the same document as text and as JSON lies beside this page.`,
  });
};

const sections = (report: RehearsalReport): readonly Section[] => [
  ...section("errors", "Errors", errorsBody(report)),
  ...section("decision", "Go or no go", decisionBody(report), { note: "One no-go decides." }),
  ...section("window", "The window of production", tableBody(predictionTable(report)), {
    note: report.prediction?.restsOn ?? null,
  }),
  ...section("load", "Under load", tableBody(loadTable(report))),
  ...section("promises", "Promised and measured", tableBody(promiseTable(report)), {
    note: "What plans for such migrations promise, and what this machine and this data gave.",
  }),
  ...section(
    "queries",
    "Queries, one at a time",
    tableBody(comparisonTable([...report.ownQueries, ...report.comparisons])),
  ),
  ...section("checks", "What an application relies on", tableBody(checkTable(report))),
  ...section(
    "phases",
    "Phases of the rehearsal",
    timingsDrawing(Object.fromEntries(report.phases.map(({ name, seconds }) => [name, seconds]))),
  ),
  ...section("facts", "Facts", factsBody(report)),
];

const errorsBody = ({ errors }: RehearsalReport): Html | null =>
  errors.length === 0
    ? null
    : html`${errors.map(({ code, message, remedy }) => html`<div class="finding"><p class="message"><code>${code}</code>: ${lines(message)}</p>${remedy === "" ? null : html`<p class="remedy">${lines(remedy)}</p>`}</div>`)}`;

const decisionBody = ({ decisions }: RehearsalReport): Html | null =>
  decisions.length === 0
    ? null
    : html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Issue</th><th scope="col">Verdict</th><th scope="col">Measured</th><th scope="col">Threshold</th></tr></thead><tbody>${decisions.map(({ issue, verdict, measured, threshold, action }) => html`<tr><td>${issue}</td><td><span class="tag ${VERDICT_TONE[verdict]}">${verdict}</span></td><td class="wide">${lines(measured)}${action === "" ? null : html`<p class="remedy">${action}</p>`}</td><td>${threshold}</td></tr>`)}</tbody></table></div>`;

/** Numbers stand right; a column of words such as “passed” is not broken in two. */
const columnClass = ({ columns, rows }: Table, at: number): Html | null => {
  if (columns[at]?.align === "right") return html` class="number"`;
  return rows.every((row) => (row[at] ?? "").length <= UNBROKEN) ? html` class="type"` : null;
};

const UNBROKEN = 12;

const tableBody = (table: Table | null): Html | null =>
  table === null
    ? null
    : html`<div class="scroll" tabindex="0"><table><thead><tr>${table.columns.map(({ title, align }) => html`<th scope="col"${align === "right" ? html` class="number"` : null}>${title}</th>`)}</tr></thead><tbody>${table.rows.map((row) => html`<tr>${row.map((cell, at) => html`<td${columnClass(table, at)}>${cell}</td>`)}</tr>`)}</tbody></table></div>`;

const factsBody = (report: RehearsalReport): Html =>
  html`<dl class="facts">${facts(report)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => html`<dt>${name}</dt><dd>${lines(value)}</dd>`)}</dl>`;
