/** The steps' timings as an inline drawing: one bar a step, on one scale. */
import { formatDuration } from "../words.ts";
import { type Html, html } from "./template.ts";

const WIDTH = 1000;
const ROW = 28;
const LABEL = 90;
const SCALE = 720;

/** The drawing, or null where nothing was timed. @param timings seconds by step */
export const timingsDrawing = (timings: Readonly<Record<string, number>>): Html | null => {
  const steps = Object.entries(timings);
  if (steps.length === 0) return null;
  const longest = Math.max(...steps.map(([, seconds]) => seconds), Number.MIN_VALUE);
  const sum = steps.reduce((total, [, seconds]) => total + seconds, 0) || 1;
  const rows = steps.map(([step, seconds], index) => {
    const y = index * ROW;
    const width = Math.max(2, (seconds / longest) * SCALE);
    const share = `${Math.round((seconds / sum) * 100)} %`;
    return html`<g><text x="0" y="${y + 18}">${step}</text><rect class="track" x="${LABEL}" y="${y + 6}" width="${SCALE}" height="16" rx="4"/><rect class="bar" x="${LABEL}" y="${y + 6}" width="${width.toFixed(1)}" height="16" rx="4"/><text x="${LABEL + SCALE + 110}" y="${y + 18}" text-anchor="end">${formatDuration(seconds)}</text><text class="soft" x="${WIDTH}" y="${y + 18}" text-anchor="end">${share}</text></g>`;
  });
  const words = steps.map(([step, seconds]) => `${step} ${formatDuration(seconds)}`).join(", ");
  return html`<svg class="timings" viewBox="0 0 ${WIDTH} ${steps.length * ROW}" role="img" aria-label="${words}">${rows}</svg>`;
};
