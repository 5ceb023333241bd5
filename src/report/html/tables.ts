/** The tables of the crossing: rows and proof, types. */
import type { ReportTable, RunReport, TableVerdict } from "../model.ts";
import { totals } from "../verdict.ts";
import { counted, formatCount } from "../words.ts";
import { type Html, html } from "./template.ts";

/** Columns that are explained on the page; a page of a hundred thousand rows would not open. */
const EXPLAINED = 5000;

const PROOF_TONE: Readonly<Record<TableVerdict, string>> = {
  equal: "good",
  different: "bad",
  counted: "calm",
  skipped: "quiet",
};

const numberCell = (count: number): Html =>
  html`<td class="number${count === 0 ? " zero" : ""}" data-value="${count}">${formatCount(count)}</td>`;

export const tablesBody = (report: RunReport): Html | null => {
  if (report.tables.length === 0) return null;
  const sum = totals(report);
  const cleaned = sum.rowsCleaned > 0;
  return html`<div class="scroll" tabindex="0"><table class="sortable" id="list-of-tables"><thead><tr><th scope="col">SQLite</th><th scope="col">PostgreSQL</th><th scope="col" class="number">Read</th><th scope="col" class="number">Written</th><th scope="col" class="number">Rejected</th>${cleaned ? html`<th scope="col" class="number">Cleaned</th>` : null}<th scope="col">Proof</th></tr></thead><tbody>${report.tables.map((table) => tableRow(table, cleaned))}</tbody><tfoot><tr><td colspan="2">${counted(sum.tables, "table")}</td><td class="number">${formatCount(sum.rowsRead)}</td><td class="number">${formatCount(sum.rowsWritten)}</td><td class="number">${formatCount(sum.rowsRejected)}</td>${cleaned ? html`<td class="number">${formatCount(sum.rowsCleaned)}</td>` : null}<td>${sum.tablesProven} of ${sum.tables} equal</td></tr></tfoot></table></div>`;
};

const tableRow = (table: ReportTable, cleaned: boolean): Html =>
  html`<tr><td class="mono">${table.name}</td><td class="mono">${table.target === "" ? html`<span class="quiet">${table.expected === "missing" ? "missing" : "not copied"}</span>` : table.target}</td>${table.expected === "empty" ? html`<td class="number zero" data-value="0">no data</td>` : numberCell(table.rowsRead)}${numberCell(table.rowsWritten)}${numberCell(table.rowsRejected)}${cleaned ? numberCell(table.rowsCleaned) : null}<td><span class="tag ${PROOF_TONE[table.proof]}">${table.proof}</span></td></tr>`;

/** One fold per table; the first is open. */
export const typesBody = ({ tables }: RunReport): Html | null => {
  let left = EXPLAINED;
  const folds = tables
    .filter(({ columns }) => columns.length > 0)
    .map((table, index) => {
      if (left <= 0) return null;
      left -= table.columns.length;
      return typeFold(table, index === 0);
    });
  if (folds.length === 0) return null;
  return html`${folds}${left <= 0 ? html`<p class="quiet">The JSON report has the columns of all ${formatCount(tables.length)} tables.</p>` : null}`;
};

const typeFold = (table: ReportTable, open: boolean): Html =>
  html`<details${open ? html` open` : null}><summary><code>${table.name}</code><span class="quiet">${counted(table.columns.length, "column")}</span></summary><div class="body"><div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Column</th><th scope="col">Declared</th><th scope="col">PostgreSQL</th><th scope="col">Why</th></tr></thead><tbody>${table.columns.slice(0, EXPLAINED).map((column) => html`<tr><td class="mono">${column.source}${column.target === column.source ? null : html` <span class="arrow">→</span> ${column.target}`}</td><td class="mono quiet">${column.declared === "" ? "none" : column.declared}</td><td class="mono type">${column.type}</td><td class="wide">${column.reason}</td></tr>`)}</tbody></table></div></div></details>`;
