/** Findings, errors and rejected or differing rows: what a person may have to decide. */
import type { Finding, Severity } from "../../findings.ts";
import { type FindingGroup, groupFindings } from "../groups.ts";
import type { RunReport } from "../model.ts";
import { DIFFERENCE_WORDS, totals } from "../verdict.ts";
import { counted, formatCount, keyText } from "../words.ts";
import { type Html, html, lines } from "./template.ts";

/** Places of one code that the page lists; the JSON report has all of them. */
const PLACES = 100;

const TONE: Readonly<Record<Severity, string>> = { error: "bad", warning: "warn", suggestion: "calm", info: "quiet" };

/** One fold per code, the grave ones open. */
export const findingsBody = ({ findings }: RunReport): Html | null =>
  findings.length === 0 ? null : html`${groupFindings(findings).map(groupFold)}`;

const groupFold = (group: FindingGroup): Html => {
  const grave = group.severity === "error" || group.severity === "warning";
  const rest = group.findings.length - PLACES;
  return html`<details${grave ? html` open` : null}><summary><span class="tag ${TONE[group.severity]}">${group.severity}</span><code>${group.code}</code><span class="quiet">${counted(group.findings.length, "place")}${group.count > group.findings.length ? `, ${counted(group.count, "value or object", "values or objects")}` : null}</span></summary><div class="body">${group.findings.slice(0, PLACES).map((finding, index) => findingPart(finding, group.findings[index - 1]))}${rest > 0 ? html`<p class="quiet">… and ${counted(rest, "more place")}: the JSON report lists them all.</p>` : null}</div></details>`;
};

/** The remedy is repeated only where it changes. */
const findingPart = (finding: Finding, before: Finding | undefined): Html =>
  html`<div class="finding"><p class="message"><code>${finding.where}</code>: ${messagePart(finding.message)}</p>${finding.remedy !== "" && finding.remedy !== before?.remedy ? html`<p class="remedy">${lines(finding.remedy)}</p>` : null}</div>`;

/** A message that spans lines carries SQL: it is set as code. */
const messagePart = (message: string): Html =>
  message.includes("\n") ? html`<code class="sql">${lines(message)}</code>` : lines(message);

export const errorsBody = ({ errors }: RunReport): Html | null =>
  errors.length === 0
    ? null
    : html`${errors.map(({ code, message, remedy }) => html`<div class="finding"><p class="message"><span class="tag bad">${code}</span> ${lines(message)}</p><p class="remedy">${lines(remedy)}</p></div>`)}`;

export const rejectsBody = (report: RunReport): Html | null => {
  if (report.rejectedRows.length === 0) return null;
  const rest = totals(report).rowsRejected - report.rejectedRows.length;
  return html`<div class="scroll" tabindex="0"><table class="sortable"><thead><tr><th scope="col">Table</th><th scope="col">Key</th><th scope="col">Column</th><th scope="col">Why</th></tr></thead><tbody>${report.rejectedRows.map((row) => html`<tr><td class="mono">${row.table}</td><td class="mono">${keyText(row.key)}</td><td class="mono">${row.column}</td><td class="wide"><code>${row.code}</code> ${row.message}</td></tr>`)}</tbody></table></div><p class="quiet">${rest > 0 ? `… and ${formatCount(rest)} more. ` : null}Whole rows, with their original values: <code>select * from landbridge.rejects where run_id = '${report.runId}'</code></p>`;
};

export const differencesBody = (report: RunReport): Html | null => {
  if (report.differences.length === 0) return null;
  const rest = report.differenceCount - report.differences.length;
  return html`<div class="scroll" tabindex="0"><table class="sortable"><thead><tr><th scope="col">Table</th><th scope="col">Key</th><th scope="col">Column</th><th scope="col">In SQLite and in PostgreSQL</th></tr></thead><tbody>${report.differences.map((row) => html`<tr><td class="mono">${row.table}</td><td class="mono">${row.key}</td><td class="mono">${row.column}</td><td class="wide">${DIFFERENCE_WORDS[row.kind]}${row.source === "" && row.target === "" ? null : html`<div class="sides"><span class="quiet">SQLite</span><code>${row.source}</code><span class="quiet">PostgreSQL</span><code>${row.target}</code></div>`}</td></tr>`)}</tbody></table></div>${rest > 0 ? html`<p class="quiet">… and ${formatCount(rest)} more.</p>` : null}`;
};
