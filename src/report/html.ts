/** The report as one page that stands alone: no network, nothing that must run, safe against every name and value in it. */
import { basename } from "node:path";
import { constraintsBody } from "./html/constraints.ts";
import { differencesBody, errorsBody, findingsBody, rejectsBody } from "./html/findings.ts";
import { htmlPage, type Section, section } from "./html/page.ts";
import { recallBody } from "./html/recall.ts";
import { searchesBody } from "./html/searches.ts";
import { tablesBody, typesBody } from "./html/tables.ts";
import { type Html, html } from "./html/template.ts";
import { timingsDrawing } from "./html/timings.ts";
import { viewsBody } from "./html/views.ts";
import type { RunReport } from "./model.ts";
import { totals, verdict } from "./verdict.ts";
import { formatBytes, formatCount, formatDuration, formatInstant } from "./words.ts";

/** Renders the whole page. */
export const htmlReport = (report: RunReport): string => {
  const name = basename(report.source.path);
  return htmlPage({
    title: `${verdict(report).word}: ${name} to PostgreSQL`,
    top: [`${name} → PostgreSQL ${report.target.version ?? ""}`, formatInstant(report.finishedAt)],
    verdict: verdict(report),
    sections: bodies(report),
    footer: `Run ${report.runId}. Written by Landbridge ${report.environment.landbridge}; the same document as text and as JSON lies beside this page.`,
  });
};

const bodies = (report: RunReport): readonly Section[] => [
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
  ...section("timings", "Timings", timingsDrawing(report.timings)),
  ...section("constraints", "Constraints, sequences and objects", constraintsBody(report)),
  ...section("views", "Views", viewsBody(report.views ?? []), {
    note: "Each is run in SQLite and in PostgreSQL; the order of their rows says nothing.",
  }),
  ...section("searches", "Full-text search", searchesBody(report.searches ?? []), {
    note: "A sample of the source's own words, asked on both sides.",
  }),
  ...section("recall", "Vector search", recallBody(report.recall ?? []), {
    note: "Vectors of the source as queries: the share of their k nearest that PostgreSQL finds. An index over vectors gives some up for speed.",
  }),
  ...section("types", "Types chosen and why", typesBody(report), {
    note: "Declared types are hints; what the columns really hold decides.",
  }),
  ...section("environment", "Environment", environmentBody(report)),
];

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
