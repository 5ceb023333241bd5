/** The page's look: system fonts, light and dark, narrow and wide, screen and paper. */

export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --card: #ffffff; --ink: #16202c; --soft: #5b6878; --line: #dfe4ea; --faint: #eef1f4;
  --accent: #2456a6; --good: #14713d; --good-back: #e6f5ec; --warn: #8a5300; --warn-back: #fdf2dd;
  --bad: #a8201a; --bad-back: #fdeaea; --calm: #2456a6; --calm-back: #e8f0fb; --bar: #3b74c9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0f141a; --card: #171e26; --ink: #e3e9f0; --soft: #95a3b3; --line: #2a3440; --faint: #1e2731;
    --accent: #7fb0ff; --good: #6cd79a; --good-back: #12291c; --warn: #f0bd62; --warn-back: #2e2411;
    --bad: #ff8f88; --bad-back: #331817; --calm: #8db9ff; --calm-back: #14243a; --bar: #5b93e6;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body {
  margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
main, header.top, footer { max-width: 1120px; margin: 0 auto; padding: 0 20px; }
header.top { padding-top: 28px; display: flex; gap: 4px 16px; align-items: baseline; flex-wrap: wrap; color: var(--soft); }
header.top strong { color: var(--ink); letter-spacing: .01em; }
header.top span:last-child { margin-left: auto; }
h1 { font-size: 28px; line-height: 1.25; margin: 6px 0 6px; letter-spacing: -.01em; text-wrap: balance; }
h2 { font-size: 18px; margin: 0; letter-spacing: -.005em; }
h3 { font-size: 15px; margin: 0; }
p { margin: 0; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible, button:focus-visible, input:focus-visible, .scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
code, .mono { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; unicode-bidi: isolate; }
.verdict { margin: 14px 0 16px; padding: 22px 26px 24px; border-radius: 14px; border: 1px solid var(--line); border-left: 6px solid var(--tone); background: var(--tone-back); }
.verdict .word { display: inline-flex; gap: 8px; align-items: center; color: var(--tone); font-weight: 650; }
.verdict .word svg { width: 20px; height: 20px; flex: none; }
.good { --tone: var(--good); --tone-back: var(--good-back); }
.warn { --tone: var(--warn); --tone-back: var(--warn-back); }
.bad { --tone: var(--bad); --tone-back: var(--bad-back); }
.calm { --tone: var(--calm); --tone-back: var(--calm-back); }
nav ul { display: flex; flex-wrap: wrap; gap: 6px; list-style: none; margin: 0 0 18px; padding: 0; }
nav a { display: block; padding: 4px 12px; border: 1px solid var(--line); border-radius: 99px; background: var(--card); color: var(--ink); text-decoration: none; font-size: 13.5px; }
nav a:hover { border-color: var(--accent); color: var(--accent); }
nav .count { color: var(--soft); margin-left: 4px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 18px 22px 20px; margin: 0 0 16px; scroll-margin-top: 12px; }
section > .heading { display: flex; flex-wrap: wrap; gap: 4px 14px; align-items: baseline; margin-bottom: 12px; }
section > .heading .note { color: var(--soft); font-size: 14px; }
.heading input { margin-left: auto; font: inherit; font-size: 14px; padding: 4px 10px; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); color: inherit; min-width: 200px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 10px; margin: 0 0 18px; }
.tiles div { background: var(--faint); border-radius: 10px; padding: 10px 14px 11px; }
.tiles dt { color: var(--soft); font-size: 13px; }
.tiles dd { margin: 0; font-size: 21px; font-weight: 620; line-height: 1.25; letter-spacing: -.01em; }
.tiles .raised dd { color: var(--tone); }
dl { margin: 0; }
.facts { display: grid; grid-template-columns: minmax(90px, max-content) 1fr; gap: 5px 20px; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; }
.scroll { overflow-x: auto; margin: 0 -22px; padding: 0 22px; }
.below { margin-top: 12px; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-size: 12.5px; font-weight: 600; color: var(--soft); border-bottom: 1px solid var(--line); padding: 5px 14px 6px 0; white-space: nowrap; vertical-align: bottom; }
th button { all: unset; cursor: pointer; }
th button::after { content: "↕"; opacity: .35; margin-left: 4px; font-weight: 400; }
th[aria-sort="ascending"] button::after { content: "↑"; opacity: 1; }
th[aria-sort="descending"] button::after { content: "↓"; opacity: 1; }
td { padding: 6px 14px 6px 0; border-bottom: 1px solid var(--faint); vertical-align: top; min-width: 60px; unicode-bidi: isolate; }
tr:last-child > td { border-bottom: 0; }
th:last-child, td:last-child { padding-right: 0; }
tfoot td { border-top: 1px solid var(--line); border-bottom: 0; font-weight: 620; }
td.mono { min-width: 92px; }
@media (min-width: 760px) { td.mono { min-width: 18ch; } }
.number { text-align: right; white-space: nowrap; }
.number + :not(.number) { padding-left: 14px; }
.type { white-space: nowrap; }
.wide { min-width: 260px; }
.zero { color: var(--soft); opacity: .65; }
.arrow, .quiet { color: var(--soft); }
.tag { display: inline-block; padding: 1px 9px; border-radius: 99px; font-size: 12.5px; font-weight: 600; color: var(--tone); background: var(--tone-back); white-space: nowrap; }
.message { white-space: pre-wrap; }
.sql { display: block; margin-top: 4px; padding: 8px 12px; border-radius: 8px; background: var(--faint); white-space: pre-wrap; }
details { border-top: 1px solid var(--faint); }
details:first-of-type { border-top: 0; }
summary { cursor: pointer; padding: 8px 0; display: flex; gap: 10px; align-items: baseline; flex-wrap: wrap; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::before { content: "▸"; color: var(--soft); width: 12px; flex: none; }
details[open] > summary::before { content: "▾"; }
details > .body { padding: 2px 0 14px 22px; }
.finding + .finding { margin-top: 10px; }
.remedy { color: var(--soft); white-space: pre-wrap; margin-top: 2px; }
.remedy::before { content: "→ "; }
.sides { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; }
.steps li + li { margin-top: 8px; }
.steps { margin: 0; padding-left: 20px; }
.command { display: block; background: var(--faint); border-radius: 8px; padding: 8px 12px; margin-top: 4px; user-select: all; }
svg.timings { width: 100%; height: auto; display: block; margin-bottom: 4px; }
svg.timings .track { fill: var(--faint); }
svg.timings text { fill: var(--ink); font: 13px system-ui, "Segoe UI", "Liberation Sans", sans-serif; }
svg.timings .soft { fill: var(--soft); }
svg.timings .bar { fill: var(--bar); }
footer { color: var(--soft); font-size: 13px; padding-top: 4px; padding-bottom: 40px; }
[hidden] { display: none !important; }
@media (max-width: 620px) {
  h1 { font-size: 22px; } .verdict { padding: 16px 18px; } section { padding: 14px 16px; } .scroll { margin: 0 -16px; padding: 0 16px; }
  .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: 8px; } .heading input { margin-left: 0; width: 100%; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --faint: #eee; --good: #0b5c2e; --warn: #6d4200; --bad: #8f1812; --good-back: #fff; --warn-back: #fff; --bad-back: #fff; --calm-back: #fff; }
  body { font-size: 10.5pt; } main, header.top, footer { max-width: none; padding-left: 0; padding-right: 0; }
  nav, .heading input { display: none; } section, .verdict { border-radius: 0; box-shadow: none; padding: 8pt 0; border-width: 0 0 1px; }
  .verdict { border-left: 4px solid var(--tone); padding-left: 10pt; } .scroll { overflow: visible; margin: 0; padding: 0; }
  .bar, .tag, .tiles div { print-color-adjust: exact; } tr, .finding { break-inside: avoid; } thead { display: table-header-group; } h2 { break-after: avoid; }
  details::details-content { content-visibility: visible; height: auto; }
}
`;
