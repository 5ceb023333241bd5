/** The report as one page that stands alone: no network, nothing that must run, safe against every name and value in it. */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { constraintsBody } from "./html/constraints.ts";
import { differencesBody, errorsBody, findingsBody, rejectsBody } from "./html/findings.ts";
import { SCRIPT } from "./html/script.ts";
import { STYLE } from "./html/style.ts";
import { tablesBody, typesBody } from "./html/tables.ts";
import { type Html, html, lines, trusted } from "./html/template.ts";
import { timingsDrawing } from "./html/timings.ts";
import type { RunReport } from "./model.ts";
import { totals, type Verdict, verdict } from "./verdict.ts";
import { formatBytes, formatCount, formatDuration, formatInstant } from "./words.ts";

/** Renders the whole page. */
export const htmlReport = (report: RunReport): string => {
  const name = basename(report.source.path);
  const sections = bodies(report);
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<title>${verdict(report).word}: ${name} to PostgreSQL</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<header class="top"><strong>Landbridge</strong><span>${name} → PostgreSQL ${report.target.version}</span><span>${formatInstant(report.finishedAt)}</span></header>
<main>
${verdictPart(verdict(report))}
<nav aria-label="Sections"><ul>${sections.map(({ id, title, count }) => html`<li><a href="#${id}">${title}${count === null ? null : html`<span class="count">${formatCount(count)}</span>`}</a></li>`)}</ul></nav>
${sections.map(sectionPart)}
</main>
<footer>Run ${report.runId}. Written by Landbridge ${report.environment.landbridge}; the same document as text and as JSON lies beside this page.</footer>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`;
  return page.toString();
};

/** Even if a name got past the escaping, no browser would run it or fetch anything for it. */
const digest = createHash("sha256").update(SCRIPT).digest("base64");
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`;

interface Section {
  readonly id: string;
  readonly title: string;
  readonly count: number | null;
  readonly note: string | null;
  /** CSS selector of the rows that a filter box works on. */
  readonly filter: string | null;
  readonly body: Html;
}

const bodies = (report: RunReport): Section[] => {
  const section = (
    id: string,
    title: string,
    body: Html | null,
    { count = null, note = null, filter = null }: Partial<Pick<Section, "count" | "note" | "filter">> = {},
  ): Section[] => (body === null ? [] : [{ id, title, count, note, filter, body }]);
  return [
    ...section("errors", "Errors", errorsBody(report), { count: report.errors.length }),
    ...section("summary", "Summary", summaryBody(report)),
    ...section("next", "What to do next", nextBody(report)),
    ...section("tables", "Tables and proof", tablesBody(report), {
      count: report.tables.length,
      filter: report.tables.length > 8 ? "#list-of-tables tbody tr" : null,
    }),
    ...section("rejected", "Rejected rows", rejectsBody(report), {
      count: totals(report).rowsRejected,
      note: "Kept whole in landbridge.rejects; none of them is in its table.",
    }),
    ...section("differences", "Differences", differencesBody(report), { count: report.differenceCount }),
    ...section("findings", "Findings", findingsBody(report), { count: report.findings.length }),
    ...section("timings", "Timings", timingsDrawing(report)),
    ...section("constraints", "Constraints, sequences and objects", constraintsBody(report)),
    ...section("types", "Types chosen and why", typesBody(report), {
      note: "Declared types are hints; what the columns really hold decides.",
    }),
    ...section("environment", "Environment", environmentBody(report)),
  ];
};

const ICONS: Readonly<Record<Verdict["tone"], Html>> = {
  good: html`<path d="M5 10.5l3.2 3.2L15 7" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/>`,
  warn: html`<path d="M10 5.5v5.5M10 14v.2" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round"/>`,
  bad: html`<path d="M6.5 6.5l7 7M13.5 6.5l-7 7" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round"/>`,
  calm: html`<path d="M10 9.5v5M10 6v.2" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round"/>`,
};

const verdictPart = ({ tone, word, headline, detail }: Verdict): Html =>
  html`<div class="verdict ${tone}"><p class="word"><svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="9" fill="none" stroke="currentColor" stroke-width="1.6"/>${ICONS[tone]}</svg>${word}</p><h1>${headline}</h1><p class="message">${lines(detail)}</p></div>`;

const sectionPart = ({ id, title, note, filter, body }: Section): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title"><div class="heading"><h2 id="${id}-title">${title}</h2>${note === null ? null : html`<span class="note">${note}</span>`}${filter === null ? null : html`<input type="search" placeholder="Filter" aria-label="Filter ${title}" data-filter="${filter}" hidden>`}</div>${body}</section>
`;

const summaryBody = (report: RunReport): Html => {
  const sum = totals(report);
  const { source, target } = report;
  const tile = (title: string, value: string, tone = ""): Html =>
    html`<div class="${tone === "" ? "" : `raised ${tone}`}"><dt>${title}</dt><dd>${value}</dd></div>`;
  const rate =
    report.timings.copy === undefined || report.timings.copy === 0 ? 0 : sum.rowsWritten / report.timings.copy;
  return html`<dl class="tiles">${tile("Tables", formatCount(sum.tables))}${tile("Rows read", formatCount(sum.rowsRead))}${tile("Rows written", formatCount(sum.rowsWritten))}${tile("Rows rejected", formatCount(sum.rowsRejected), sum.rowsRejected > 0 ? "warn" : "")}${tile("Proven equal", formatCount(sum.rowsProven), sum.rowsProven > 0 && sum.rowsProven === sum.rowsWritten ? "good" : "")}${tile("Time", formatDuration(sum.seconds))}${rate > 0 ? tile("Rows/s, copy", formatCount(Math.round(rate))) : null}</dl><dl class="facts"><dt>Source</dt><dd><code>${source.path}</code> <span class="quiet">${formatBytes(source.bytes)}</span></dd>${source.sha256 === null ? null : html`<dt>SHA-256</dt><dd><code>${source.sha256}</code></dd>`}${report.snapshot === null ? null : html`<dt>Snapshot</dt><dd><code>${report.snapshot}</code> <span class="quiet">kept to go back to</span></dd>`}<dt>Target</dt><dd>${target.version === null ? "no server was reached" : `PostgreSQL ${target.version}`}${target.embedded ? ", embedded" : null}, schema <code>${target.schema}</code>${target.display === null ? null : html` <span class="quiet">at</span> <code>${target.display}</code>`}</dd><dt>Started</dt><dd>${formatInstant(report.startedAt)}</dd></dl>`;
};

const nextBody = ({ nextSteps }: RunReport): Html | null =>
  nextSteps.length === 0
    ? null
    : html`<ul class="steps">${nextSteps.map(({ command, reason }) => html`<li>${reason}<code class="command">${command}</code></li>`)}</ul>`;

const environmentBody = ({ environment: { landbridge, node, sqlite, postgres, platform, jobs } }: RunReport): Html =>
  html`<dl class="facts"><dt>Landbridge</dt><dd>${landbridge}</dd><dt>Node</dt><dd>${node}</dd><dt>SQLite</dt><dd>${sqlite}</dd>${postgres === null ? null : html`<dt>PostgreSQL</dt><dd>${postgres}</dd>`}<dt>Platform</dt><dd>${platform}</dd><dt>Jobs</dt><dd>${jobs}</dd></dl>`;
