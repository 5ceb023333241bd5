/** Loads a plan by hand, as copying would: tables in a schema, rows with their slice in one transaction. */
import type { Client } from "pg";
import { renderTables } from "../../src/plan/ddl/ddl.ts";
import type { Plan } from "../../src/plan/model.ts";
import { qualified, quoteIdentifier } from "../../src/target/quote.ts";
import { type LedgerRun, openRun } from "../../src/target/runs.ts";

export interface LoadOptions {
  readonly id: string;
  readonly planHash: string;
  /** Default: the plan's own schema. */
  readonly loadSchema?: string;
  /** Statements that fill one table each, by its source name; `%s` stands for the table. */
  readonly rows: Readonly<Record<string, string>>;
}

/** Opens a run, makes the plan's tables and fills them; the run stays in phase `prepare`. */
export const loadByHand = async (client: Client, plan: Plan, options: LoadOptions): Promise<LedgerRun> => {
  const { id, planHash, loadSchema = plan.schema, rows } = options;
  const run = await openRun(client, {
    ...{ id, planHash, schema: plan.schema, loadSchema, plan: JSON.stringify(plan) },
    ...{ sourceSha256: plan.source.sha256, sourceName: "app.sqlite", landbridge: plan.landbridge },
  });
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(loadSchema)}`);
  for (const { sql } of renderTables(plan, loadSchema)) await client.query(sql);
  for (const { source, target } of plan.tables) {
    const fill = rows[source];
    if (fill === undefined) continue;
    await client.query("BEGIN");
    await client.query(
      "INSERT INTO landbridge.slices (plan_hash, table_name, number, run_id, epoch) VALUES ($1, $2, 0, $3, 1)",
      [planHash, source, id],
    );
    const { rowCount } = await client.query(fill.replace("%s", () => qualified(loadSchema, target)));
    await client.query(
      "UPDATE landbridge.slices SET rows_read = $3, rows_written = $3 WHERE plan_hash = $1 AND table_name = $2",
      [planHash, source, rowCount],
    );
    await client.query("COMMIT");
  }
  return run;
};
