/** What text reports are put together from. */
import { wrap } from "./grid.ts";
import { formatDuration } from "./words.ts";

/** Columns of a text report. */
export const WIDTH = 100;

/** A heading with its lines; nothing where there are none. */
export const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", title, "═".repeat(title.length), ...lines];

/** `Name  value`, aligned; pairs with an empty value are left out. */
export const pairs = (entries: readonly (readonly [string, string])[]): string[] => {
  const shown = entries.filter(([, value]) => value !== "");
  const width = Math.max(0, ...shown.map(([name]) => name.length)) + 2;
  return shown.flatMap(([name, value]) => wrap(`${name.padEnd(width)}${value}`, WIDTH, " ".repeat(width)));
};

/** A bar a step, on one scale. @param timings seconds by step */
export const timingLines = (timings: Readonly<Record<string, number>>): string[] => {
  const steps = Object.entries(timings);
  const longest = Math.max(...steps.map(([, seconds]) => seconds), Number.MIN_VALUE);
  return steps.map(
    ([step, seconds]) =>
      `${step.padEnd(10)}${formatDuration(seconds).padStart(12)}  ${"█".repeat(Math.round((seconds / longest) * 60))}`,
  );
};
