/** The one sentence that everybody reads, and the totals it rests on. Terminal, text and HTML say the same words. */

import type { Difference, ReportTable, RunReport } from "./model.ts";
import { counted, visible } from "./words.ts";

export interface Totals {
  /** Those that cross; a table without a target (shadow of a virtual table, left out by name) is listed only. */
  readonly tables: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly rowsRejected: number;
  readonly rowsCleaned: number;
  /** Rows of tables whose every value was proven equal. */
  readonly rowsProven: number;
  readonly tablesProven: number;
  /** Wall time from start to finish, in seconds. */
  readonly seconds: number;
}

/** Sums the report's tables. */
export const totals = (report: RunReport): Totals => {
  const sum = (measure: (table: ReportTable) => number): number =>
    report.tables.reduce((total, table) => total + measure(table), 0);
  return {
    tables: report.tables.filter(({ target }) => target !== "").length,
    rowsRead: sum((table) => table.rowsRead),
    rowsWritten: sum((table) => table.rowsWritten),
    rowsRejected: sum((table) => table.rowsRejected),
    rowsCleaned: sum((table) => table.rowsCleaned),
    rowsProven: sum((table) => (table.proof === "equal" ? table.rowsWritten : 0)),
    tablesProven: sum((table) => (table.proof === "equal" && table.target !== "" ? 1 : 0)),
    seconds: Math.max(0, (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000) || 0,
  };
};

export interface Verdict {
  readonly tone: "good" | "warn" | "bad" | "calm";
  readonly word: string;
  readonly headline: string;
  readonly detail: string;
}

/** What to think of this run, in one word, one headline and one sentence of detail. */
export const verdict = (report: RunReport): Verdict => {
  const [error] = report.errors;
  const because = error === undefined ? "" : `${error.code}: ${error.message}`;
  switch (report.status) {
    case "done":
      return doneVerdict(report);
    case "done-with-differences":
      return {
        tone: "warn",
        word: "Done, with differences",
        headline: `Finished, but ${listWords(troubles(report))}.`,
        detail: "Nothing was dropped silently: each of them is listed, with what to do about it.",
      };
    case "planned":
      return {
        tone: "calm",
        word: "Planned",
        headline: `${counted(totals(report).tables, "table")} planned; nothing was touched.`,
        detail: because || "This was a dry run: the source was read, the target was not changed.",
      };
    case "nothing-to-do":
      return {
        tone: "good",
        word: "Nothing to do",
        headline: "This very crossing is finished already.",
        detail: "The ledger in the target knows the same snapshot and the same plan as done; nothing was changed.",
      };
    case "refused":
      return {
        tone: "bad",
        word: "Refused",
        headline: "Refused before anything was touched.",
        detail: because,
      };
    case "failed":
      return { tone: "bad", word: "Failed", headline: "The run broke off before its end.", detail: because };
  }
};

const doneVerdict = (report: RunReport): Verdict => {
  const { rowsWritten, tables, tablesProven } = totals(report);
  const what = `${counted(rowsWritten, "row")} in ${counted(tables, "table")}`;
  const proven = tablesProven === tables;
  const left = report.tables
    .filter(({ target, expected }) => target === "" && expected !== "missing")
    .map(({ name }) => name);
  const behind =
    left.length === 0
      ? ""
      : ` Not copied: ${visible(left.slice(0, 5).join(", "))}${left.length > 5 ? " …" : ""}; see the findings.`;
  return {
    tone: proven ? "good" : "calm",
    word: proven ? "Done and proven" : "Done",
    headline: proven ? `Everything arrived: ${what}.` : `Everything was written: ${what}.`,
    detail: `${
      proven
        ? report.direction === "back"
          ? "Every value was read back from the new SQLite file and compared with PostgreSQL; all of them are equal."
          : "Every value was read back from PostgreSQL and compared with the snapshot; all of them are equal."
        : `${counted(tablesProven, "table")} of ${tables} proven value by value; the others as their column “proof” says.`
    }${behind}`,
  };
};

/** What keeps a finished run from being clean, as countable phrases. */
const troubles = (report: RunReport): string[] => {
  const { rowsRejected } = totals(report);
  const broken = report.constraints.others.length;
  const behind = report.sequences.filter(({ state }) => state !== "ok").length;
  const missing = report.objects.others.length;
  const views = (report.views ?? []).filter(({ state }) => state === "different").length;
  const phrases = [
    rowsRejected > 0 ? `${counted(rowsRejected, "row")} did not cross` : "",
    report.differenceCount > 0 ? `${counted(report.differenceCount, "row differs", "rows differ")}` : "",
    broken > 0 ? `${counted(broken, "constraint or index is", "constraints or indexes are")} not in force` : "",
    behind > 0 ? `${counted(behind, "sequence is", "sequences are")} not past the largest value` : "",
    views > 0 ? `${counted(views, "view gives", "views give")} other rows than in SQLite` : "",
    missing > 0 ? `${counted(missing, "object is", "objects are")} not as planned` : "",
  ].filter((phrase) => phrase !== "");
  return phrases.length > 0 ? phrases : ["something differs"];
};

const listWords = (phrases: readonly string[]): string =>
  phrases.length < 2 ? phrases.join("") : `${phrases.slice(0, -1).join(", ")} and ${phrases.at(-1)}`;

/** What each kind of difference means, in words. */
export const DIFFERENCE_WORDS: Readonly<Record<Difference["kind"], string>> = {
  missing: "the row is not in PostgreSQL",
  unexpected: "the row is in PostgreSQL alone",
  value: "the values differ",
};
