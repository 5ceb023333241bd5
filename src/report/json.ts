/** The report as JSON: the file in the report directory and the document on stdout are the same bytes. */
import type { RunReport } from "./model.ts";

/** The longest text that is repeated; the snapshot and the ledger have the whole value. */
const LONGEST = 10_000;

/** Renders any model as indented JSON: integers of any size exactly, long texts shortened with their length told. */
export const toJson = (value: unknown): string => `${JSON.stringify(value, bounded, 2)}\n`;

/** Renders the report. */
export const jsonReport = (report: RunReport): string => toJson(report);

// Node has JSON.rawJSON; TypeScript's library does not know it yet.
const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };

const bounded = (_key: string, value: unknown): unknown => {
  if (typeof value === "bigint") return rawJSON(String(value));
  if (typeof value === "string" && value.length > LONGEST)
    return `${value.slice(0, LONGEST)}… (${value.length} characters)`;
  return value;
};
