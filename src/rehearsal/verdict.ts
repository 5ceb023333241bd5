/** The one sentence of a rehearsal that everybody reads. Terminal, text and HTML say the same words. */
import type { Verdict } from "../report/verdict.ts";
import { formatDuration } from "../report/words.ts";
import type { Prediction, RehearsalReport, RowVerdict } from "./model.ts";

export const rehearsalVerdict = (report: RehearsalReport): Verdict => {
  const { status, decisions, errors, prediction } = report;
  const window = prediction === null ? "" : `Production will stand still for ${windowWords(prediction)}.`;
  const of = (verdict: RowVerdict): string[] =>
    decisions.filter((decision) => decision.verdict === verdict).map(({ issue }) => issue.toLowerCase());
  switch (status) {
    case "failed": {
      const [error] = errors;
      const detail = error === undefined ? "" : `${error.code}: ${error.message.replace(/\s*\n\s*/g, " ")}`;
      return {
        tone: "bad",
        word: "Failed",
        headline: "The rehearsal broke off: it says neither go nor no-go.",
        detail,
      };
    }
    case "no-go":
      return { tone: "bad", word: "No go", headline: `Not yet: ${of("no-go").join(", ")}.`, detail: window };
    case "go": {
      const open = of("investigate");
      return {
        tone: open.length > 0 ? "warn" : "good",
        word: "Go",
        headline:
          open.length > 0
            ? `Go, after a look at: ${open.join(", ")}.`
            : "Go: every row of the matrix is within its threshold.",
        detail: window,
      };
    }
  }
};

/** `12.0 s (10.2 s to 15.1 s)`. */
export const windowWords = ({ expected, least, most }: Pick<Prediction, "expected" | "least" | "most">): string =>
  `about ${formatDuration(expected)} (${formatDuration(least)} to ${formatDuration(most)})`;

export const VERDICT_TONE: Readonly<Record<RowVerdict, "good" | "warn" | "bad" | "calm">> = {
  go: "good",
  investigate: "warn",
  "no-go": "bad",
  "not measured": "calm",
};
