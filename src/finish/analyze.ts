/** Last of all the planner's statistics: without them the first queries, and the proof, run on guesses. */
import { messageOf } from "../errors.ts";
import type { PlanTable } from "../plan/model.ts";
import { qualified } from "../target/quote.ts";
import { isRefusal } from "../target/sqlstate.ts";
import type { Finishing } from "./finishing.ts";
import { overSessions } from "./sessions.ts";

/** Small tables share a statement; PostgreSQL analyzes each in a transaction of its own all the same. */
const SMALL_TABLE_BYTES = 4 * 1024 * 1024;
const BATCH = 100;

/** Analyzes every table; what the server refuses is worth a finding, not a failure. */
export const analyzeTables = (finishing: Finishing): Promise<void> =>
  overSessions(finishing, {}, batchesOf(finishing.plan.tables), async (session, batch) => {
    const tables = batch.map((table) => qualified(finishing.schema, table.target)).join(", ");
    try {
      await session.use("ANALYZE", (client) => client.query(`ANALYZE ${tables}`));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      finishing.findings.push({
        code: "ANALYZE_FAILED",
        severity: "warning",
        where: batch.map(({ source }) => source).join(", "),
        message: `statistics could not be collected: ${messageOf(error)}`,
        remedy: "Run ANALYZE on these tables; until then queries may be slow.",
        count: batch.length,
      });
    }
    finishing.advance(batch.at(-1)?.source ?? "", batch.length);
  });

/** Large tables first, each by itself. */
const batchesOf = (tables: readonly PlanTable[]): PlanTable[][] => {
  const sorted = tables.toSorted((a, b) => b.bytes - a.bytes);
  const small = sorted.filter(({ bytes }) => bytes < SMALL_TABLE_BYTES);
  const batches = sorted.slice(0, sorted.length - small.length).map((table) => [table]);
  for (let start = 0; start < small.length; start += BATCH) batches.push(small.slice(start, start + BATCH));
  return batches;
};
