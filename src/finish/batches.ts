/** How work is cut for several sessions: enough at a time to pay for a round trip, nothing large left alone for the end. */
import type { PlanTable } from "../plan/model.ts";

/** Tables below this share a statement or a transaction: round trips and commits cost more than their rows. */
const SMALL_TABLE_BYTES = 4 * 1024 * 1024;

/** The items in their order, up to `size` at a time. */
export const batchesOf = <T>(items: readonly T[], size: number): T[][] => {
  const batches: T[][] = [];
  for (let start = 0; start < items.length; start += size) batches.push(items.slice(start, start + size));
  return batches;
};

/** What belongs to large tables first and one by one, the largest at the head; what belongs to small ones up to `size` at a time. */
export const largestFirst = <T>(items: readonly T[], tableOf: (item: T) => PlanTable, size: number): T[][] => {
  const sorted = items.toSorted((a, b) => tableOf(b).bytes - tableOf(a).bytes);
  const isSmall = (item: T): boolean => tableOf(item).bytes < SMALL_TABLE_BYTES;
  return [...sorted.filter((item) => !isSmall(item)).map((item) => [item]), ...batchesOf(sorted.filter(isSmall), size)];
};
