/** Last of all the planner's statistics: without them the first queries, and the proof, run on guesses. */
import { messageOf } from "../errors.ts";
import { qualified } from "../target/quote.ts";
import { isRefusal } from "../target/sqlstate.ts";
import { largestFirst } from "./batches.ts";
import type { Finishing } from "./finishing.ts";
import { overSessions } from "./sessions.ts";

/** Small tables that share a statement; PostgreSQL analyzes each in a transaction of its own all the same. */
const BATCH = 100;

/** Analyzes every table; what the server refuses is worth a finding, not a failure. */
export const analyzeTables = (finishing: Finishing): Promise<void> =>
  overSessions(
    finishing,
    {},
    largestFirst(finishing.plan.tables, (table) => table, BATCH),
    async (session, batch) => {
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
    },
  );
