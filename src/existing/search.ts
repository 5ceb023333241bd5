/**
 * Search columns that a trigger keeps: the rows came while it was switched off, so each row is updated onto itself with that
 * trigger alone switched on. Where the trigger changes anything that was copied, nothing is kept of it, and that is said.
 */
import type { Client } from "pg";
import { copiedColumns } from "../copy/encode/compile.ts";
import { messageOf } from "../errors.ts";
import type { Finishing } from "../finish/finishing.ts";
import { LOCK_ATTEMPTS, LOCK_SETTINGS, lockedOut } from "../finish/keys.ts";
import { inSession } from "../finish/sessions.ts";
import type { PlanTable } from "../plan/model.ts";
import { qualified, quoteIdentifier } from "../target/quote.ts";
import { assertOurs } from "../target/runs.ts";
import { recordXid } from "../target/slices.ts";
import { isRefusal } from "../target/sqlstate.ts";
import { forget, type Piece } from "./scaffolding.ts";

/** Every search column that still waits for its trigger. */
export const fillSearchColumns = (finishing: Finishing, pieces: readonly Piece<"search">[]): Promise<void> =>
  inSession(finishing, LOCK_SETTINGS, async (session) => {
    for (const piece of pieces) {
      const trouble = await session
        .use(piece.object, (client) => fill(client, finishing, piece), LOCK_ATTEMPTS)
        .catch(lockedOut);
      if (trouble !== null) finishing.findings.push(notFilled(piece, trouble));
    }
  });

/** @returns why the column is not filled, null where it is. Either way the piece is done with. */
const fill = async (client: Client, finishing: Finishing, piece: Piece<"search">): Promise<string | null> => {
  const table = finishing.table(piece.table);
  await client.query("BEGIN");
  try {
    await assertOurs(client, finishing.run);
    // No savepoint: rows written inside one carry a transaction id that the ledger does not know.
    const trouble =
      piece.facts.on === null
        ? "its trigger is not called by an UPDATE"
        : await update(client, finishing, table, piece);
    if (trouble === null) await recordXid(client, finishing.run, table.source);
    else await client.query("ROLLBACK AND CHAIN");
    await forget(client, piece);
    await client.query("COMMIT");
    return trouble;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
};

const update = async (
  client: Client,
  { schema }: Finishing,
  table: PlanTable,
  { facts: { relation, trigger, columns, on } }: Piece<"search">,
): Promise<string | null> => {
  const name = qualified(schema, table.target);
  // Of a partitioned table each partition's own trigger is asked for by itself.
  const before = await contentOf(client, table, relation);
  const set = updatedColumns(table, columns, on ?? []).map(
    (column) => `${quoteIdentifier(column)} = ${quoteIdentifier(column)}`,
  );
  try {
    await client.query(`ALTER TABLE ${relation} ENABLE TRIGGER ${quoteIdentifier(trigger)}`);
    await client.query(`UPDATE ${relation} SET ${set.join(", ")}`);
    await client.query(`ALTER TABLE ${relation} DISABLE TRIGGER ${quoteIdentifier(trigger)}`);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return messageOf(error);
  }
  if ((await contentOf(client, table, relation)) !== before)
    return `its trigger ${trigger} changes other columns of ${name} as well`;
  const empty = columns.map((column) => `${quoteIdentifier(column)} IS NULL`).join(" AND ");
  const { rows } = await client.query<{ all: boolean }>(
    `SELECT count(*) > 0 AND count(*) = count(*) FILTER (WHERE ${empty}) AS all FROM ${relation}`,
  );
  return rows[0]!.all ? "its trigger computes nothing where no column changes" : null;
};

/** Those that call the trigger; where any does, all that were copied: some triggers look which columns an UPDATE names. */
const updatedColumns = (table: PlanTable, search: readonly string[], on: readonly string[]): readonly string[] => {
  if (on.length > 0) return on;
  const free = copiedColumns(table).filter(
    ({ target, identity }) => identity === null && !table.primaryKey?.columns.includes(target),
  );
  return free.length === 0 ? search : free.map(({ target }) => target);
};

/** A sum over everything that was copied: whether an update has changed any of it. */
const contentOf = async (client: Client, table: PlanTable, relation: string): Promise<string> => {
  const columns = copiedColumns(table).map(({ target }) => quoteIdentifier(target));
  const { rows } = await client.query<{ sum: string }>(
    `SELECT concat(count(*), ' ', sum(hashtextextended(row(${columns.join(", ")})::text, 0)::numeric)) AS sum FROM ${relation}`,
  );
  return rows[0]!.sum;
};

const notFilled = ({ table, facts: { columns, trigger } }: Piece<"search">, why: string) =>
  ({
    code: "SEARCH_NOT_FILLED",
    severity: "warning",
    where: `${table}.${columns.join(", ")}`,
    message: `not filled for the rows that came: ${why}`,
    remedy: `Fill it by hand (UPDATE … SET ${columns[0]} = …), by what trigger ${trigger} does.`,
    count: 1,
  }) as const;
