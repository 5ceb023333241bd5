/** What a copy is divided into: slices of tables, and units of work of one transaction each. */
import type { Plan, PlanTable } from "../plan/model.ts";
import { FIRST_KEY, type KeyRange, LAST_KEY } from "./rows/reader.ts";

/** One slice by its table's position in the plan: what the ledger names by (plan hash, table, number). */
export interface Slice {
  readonly table: number;
  readonly number: number;
}

/** Slices that are committed together: one slice of a large table, or several small tables whole. */
export interface Unit {
  readonly slices: readonly Slice[];
  /** As the profile counts them: a measure for order and progress. */
  readonly bytes: number;
}

/** Small tables share a transaction up to these sums, so that thousands of them do not cost a commit each. */
const UNIT_BYTES = 4 << 20;
const UNIT_TABLES = 50;

/** How many slices a table has. Whole tables and scans have one. */
const sliceCount = ({ mode, read, borders }: PlanTable): number =>
  mode === "whole" || read.by === "scan" ? 1 : borders.length + 1;

/** The keys of a slice: (borders[i-1], borders[i]], open at both ends of the table. */
export const sliceRange = (table: PlanTable, number: number): KeyRange => {
  const last = sliceCount(table) - 1;
  return {
    from: number === 0 ? FIRST_KEY : BigInt(table.borders[number - 1]!) + 1n,
    to: number === last ? LAST_KEY : BigInt(table.borders[number]!),
  };
};

/** Every unit that is not done yet, the largest tables first. @param isDone asked with source name and slice number */
export const unitsOf = (plan: Plan, isDone: (table: string, number: number) => boolean): readonly Unit[] => {
  const order = plan.tables
    .map((_, index) => index)
    .sort((a, b) => plan.tables[b]!.bytes - plan.tables[a]!.bytes || a - b);
  const units: Unit[] = [];
  let small: Slice[] = [];
  let smallBytes = 0;
  const flush = (): void => {
    if (small.length > 0) units.push({ slices: small, bytes: smallBytes });
    small = [];
    smallBytes = 0;
  };
  for (const index of order) {
    const table = plan.tables[index]!;
    const count = sliceCount(table);
    const bytes = table.bytes / count;
    for (let number = 0; number < count; number++) {
      if (isDone(table.source, number)) continue;
      if (table.mode === "sliced" || bytes > UNIT_BYTES) {
        units.push({ slices: [{ table: index, number }], bytes });
        continue;
      }
      if (small.length >= UNIT_TABLES || smallBytes + bytes > UNIT_BYTES) flush();
      small.push({ table: index, number });
      smallBytes += bytes;
    }
  }
  flush();
  return units;
};
