/** How many rows are read at a time: enough to be fast, few enough that a block of the longest rows stays within memory. */
import type { PlanTable } from "../../plan/model.ts";

/** What a block usually holds. Larger ones were not faster: they leave the processor's cache. */
const TYPICAL_BYTES = 512 * 1024;
/** What a block may hold if all of its rows were as long as the longest. */
const WORST_BYTES = 32 * 1024 * 1024;
const MOST_ROWS = 2000;
/** Below this many rows a block is not worth its query; rows are then read one by one. */
const FEWEST_ROWS = 16;

/** Rows per block; null where a few rows are so long that they are to be read one at a time. */
export const rowsPerBlock = ({ rows, bytes, maxRowBytes }: PlanTable, batchSize: number = MOST_ROWS): number | null => {
  const average = Math.max(1, rows > 0 ? bytes / rows : 0);
  const typical = Math.max(1, Math.min(batchSize, Math.floor(TYPICAL_BYTES / average)));
  const bounded = Math.floor(WORST_BYTES / Math.max(1, maxRowBytes));
  if (bounded >= typical) return typical;
  return bounded >= FEWEST_ROWS ? bounded : null;
};

/** Where rows are read one at a time, a block ends once it holds this much. */
export const ONE_BY_ONE_BYTES = TYPICAL_BYTES;
