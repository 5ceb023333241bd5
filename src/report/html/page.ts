/** The frame of every report's page: head, verdict, sections, foot; one page that stands alone and fetches nothing. */
import { createHash } from "node:crypto";
import type { Verdict } from "../verdict.ts";
import { formatCount } from "../words.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";
import { type Html, html, lines, trusted } from "./template.ts";

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly count: number | null;
  readonly note: string | null;
  /** CSS selector of the rows that a filter box works on. */
  readonly filter: string | null;
  readonly body: Html;
}

/** One section, or none where there is nothing to say. */
export const section = (
  id: string,
  title: string,
  body: Html | null,
  { count = null, note = null, filter = null }: Partial<Pick<Section, "count" | "note" | "filter">> = {},
): readonly Section[] => (body === null ? [] : [{ id, title, count, note, filter, body }]);

export interface Page {
  readonly title: string;
  /** What stands beside the product's name at the top. */
  readonly top: readonly string[];
  readonly verdict: Verdict;
  readonly sections: readonly Section[];
  readonly footer: string;
}

/** The whole document. */
export const htmlPage = ({ title, top, verdict, sections, footer }: Page): string => {
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<header class="top"><strong>Landbridge</strong>${top.map((words) => html`<span>${words}</span>`)}</header>
<main>
${verdictPart(verdict)}
<nav aria-label="Sections"><ul>${sections.map(({ id, title: name, count }) => html`<li><a href="#${id}">${name}${count === null ? null : html`<span class="count">${formatCount(count)}</span>`}</a></li>`)}</ul></nav>
${sections.map(sectionPart)}
</main>
<footer>${footer}</footer>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`;
  return page.toString();
};

/** Even if a name got past the escaping, no browser would run it or fetch anything for it. */
const digest = createHash("sha256").update(SCRIPT).digest("base64");
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`;

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
