/** One code's findings as lines of text, its remedies said once. */
import { wrap } from "./grid.ts";
import type { FindingGroup } from "./groups.ts";
import { counted, visible } from "./words.ts";

/** Places of one code that are listed; a hundred tables with the same finding are one line more. */
const PLACES = 20;

/** Characters of a message or remedy: the SQL of a trigger or view is there to be copied. */
const LONGEST = 4000;

/** Lines of at most `width` cells, led by an empty one. */
export const findingGroupLines = ({ code, severity, findings }: FindingGroup, width: number): string[] => {
  const shown = findings.slice(0, PLACES);
  const indented = (text: string): string[] => wrap(text, width - 2, "  ").map((line) => `  ${line}`);
  const rest = findings.length - PLACES;
  const remedies = [...new Set(shown.map(({ remedy }) => remedy))].filter((text) => text !== "");
  return [
    "",
    `${severity.toUpperCase()} ${code} (${counted(findings.length, "place")})`,
    ...shown.flatMap(({ where, message }) =>
      indented(`- ${visible(where)}: ${visible(message, { lines: true, limit: LONGEST })}`),
    ),
    ...(rest > 0 ? [`  … and ${counted(rest, "more place")}, all of them in the JSON document`] : []),
    ...remedies.flatMap((remedy) => indented(`→ ${visible(remedy, { lines: true, limit: LONGEST })}`)),
  ];
};
