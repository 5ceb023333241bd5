/**
 * An earlier load of ours in the application's tables makes way for a new one: its rows go, and what it had set aside comes
 * back. Nothing is touched where anybody else has written since (`assess` has looked).
 */
import type { Client } from "pg";
import { refusal } from "../errors.ts";
import type { Plan } from "../plan/model.ts";
import { qualified } from "../target/quote.ts";
import { forgetRun, type LedgerRun, readStoredPlan } from "../target/runs.ts";
import type { Standing } from "../target/standing.ts";
import { inTransaction } from "../target/transaction.ts";
import { mergedTables } from "./check.ts";
import type { ExistingSchema } from "./model.ts";
import { putBackIndex, putBackKey, putBackTrigger } from "./put-back.ts";
import { readExisting } from "./read.ts";
import { forget, piecesOf } from "./scaffolding.ts";
import { setAside } from "./set-aside.ts";

/**
 * @param replace the user's word that a finished load may be emptied
 * @throws LandbridgeError (refused) TARGET_HOLDS_LOAD
 */
export const makeWay = async (
  client: Client,
  standing: Standing,
  { onConflict }: ExistingSchema,
  replace: boolean,
): Promise<void> => {
  if (standing.kind !== "replace") return;
  const { run } = standing;
  const plan = await readStoredPlan(client, run.id);
  const isFinished = run.phase === "done";
  // Its rows are then as anybody's: there already.
  if (isFinished && onConflict !== "fail")
    return inTransaction(client, async () => {
      await dropBeside(client, plan.schema);
      await forgetRun(client, run);
    });
  if (isFinished && !replace) throw holdsLoad(run);
  await empty(client, run, plan);
};

/** Rows that were merged into what was there stay: they cannot be told from the application's own. */
const empty = async (client: Client, run: LedgerRun, plan: Plan): Promise<void> => {
  if (plan.existing === undefined) return;
  const { schema } = plan;
  // As they are by now: the application's migrations may have gone on.
  const tables = (await readExisting(client, schema)).filter(({ name }) =>
    plan.tables.some(({ target }) => target === name),
  );
  await setAside(client, { plan, existing: { ...plan.existing, tables }, run, staging: false });
  await inTransaction(client, async () => {
    const merged = await mergedTables(client, schema);
    for (const { name: target } of tables)
      if (!merged.has(target)) await client.query(`DELETE FROM ${qualified(schema, target)}`);
    await dropBeside(client, schema);
    for (const piece of await piecesOf(client, schema, "index")) await putBackIndex(client, schema, piece);
    for (const piece of await piecesOf(client, schema, "foreign key")) {
      await putBackKey(client, schema, piece, { unchecked: false });
      await forget(client, piece);
    }
    for (const piece of await piecesOf(client, schema, "search")) await forget(client, piece);
    for (const piece of await piecesOf(client, schema, "trigger")) await putBackTrigger(client, piece);
    await forgetRun(client, run);
  });
};

/** The tables of ours that stand beside the application's. Part of a transaction. */
const dropBeside = async (client: Client, schema: string): Promise<void> => {
  for (const piece of [...(await piecesOf(client, schema, "staging")), ...(await piecesOf(client, schema, "keys"))]) {
    const name = "staged" in piece.facts ? piece.facts.staged : piece.facts.keys;
    await client.query(`DROP TABLE IF EXISTS ${qualified("landbridge", name)}`);
    await forget(client, piece);
  }
};

const holdsLoad = (run: LedgerRun) =>
  refusal({
    code: "TARGET_HOLDS_LOAD",
    message: `The application's tables hold the load of ${run.sourceName} already (run ${run.id}), of another state or by another plan.`,
    remedy:
      "Say --replace to empty them and load anew (nobody else has written to them), or --on-conflict update to bring them up to the source.",
  });
