/** Views in the text report: how many have the same rows on both sides, which have not, and which could not be compared. */
import type { ViewProof } from "../verify/views/model.ts";
import { wrap } from "./grid.ts";
import { WIDTH } from "./text-parts.ts";
import { counted, visible } from "./words.ts";

/** `3 of 4 views have the same rows on both sides`. */
export const viewsOutcome = (views: readonly ViewProof[]): string => {
  const equal = views.filter(({ state }) => state === "equal");
  const rows = equal.reduce((sum, view) => sum + (view.rows ?? 0), 0);
  return `${equal.length} of ${counted(views.length, "view has", "views have")} the same rows on both sides (${counted(rows, "row")})`;
};

/** What is said of a view that is not simply equal. */
export const viewOutcome = ({ state, reason, differing }: ViewProof): string => {
  const rows = differing === 0 ? "" : ` (${counted(differing, "row differs", "rows differ")})`;
  return `${state}${rows}${reason === null ? "" : `: ${visible(reason, { lines: true })}`}`;
};

/** Lines of the text report, indented. */
export const viewLines = (views: readonly ViewProof[]): string[] =>
  views.length === 0 ? [] : [viewsOutcome(views), ...views.filter(({ state }) => state !== "equal").flatMap(oneView)];

const oneView = (view: ViewProof): string[] => [
  ...wrap(`- ${visible(view.source)}: ${viewOutcome(view)}`, WIDTH, "  "),
  ...view.differences.flatMap(({ side, row }) =>
    wrap(`${side.padEnd(10)}  ${visible(row)}`, WIDTH - 4, "  ").map((line) => `    ${line}`),
  ),
];
