/**
 * From the table beside into the application's table that had rows already, in one transaction: rows whose key is there are
 * skipped or updated, the keys of the rows that count are kept for the proof, and what stays behind is listed by its source key.
 */
import type { Client } from "pg";
import { copiedColumns } from "../copy/encode/compile.ts";
import { dataRefusal, type ServerRefusal } from "../copy/refusal.ts";
import type { Finding } from "../findings.ts";
import type { Finishing } from "../finish/finishing.ts";
import { LOCK_ATTEMPTS, LOCK_SETTINGS, lockedOut } from "../finish/keys.ts";
import { inSession } from "../finish/sessions.ts";
import type { OriginalOf } from "../finish/source-key.ts";
import type { PlanTable } from "../plan/model.ts";
import { qualified, quoteIdentifier } from "../target/quote.ts";
import { assertOurs } from "../target/runs.ts";
import { recordXid } from "../target/slices.ts";
import { inTransaction } from "../target/transaction.ts";
import { listStaged } from "./list-staged.ts";
import { forget, note, type Piece, piecesOf } from "./scaffolding.ts";
import { STAGED_ROW, stagedName } from "./stage.ts";

/** Merges what waits, and tells of every merged table what became of its rows, also where an earlier attempt has merged it. */
export const mergeTables = (finishing: Finishing, originalOf: OriginalOf): Promise<Finding[]> =>
  inSession(finishing, LOCK_SETTINGS, async (session) => {
    const { schema } = finishing.plan;
    const waiting = await session.use("the ledger", (client) => piecesOf(client, schema, "staging"));
    for (const piece of waiting)
      await session
        .use(`merge of ${piece.table}`, (client) => mergeOnce(client, finishing, piece, originalOf), LOCK_ATTEMPTS)
        .catch(lockedOut);
    const merged = await session.use("the ledger", (client) => piecesOf(client, schema, "keys"));
    return merged.map((piece) => told(finishing, piece));
  });

const told = (finishing: Finishing, { table, facts: { inserted, updated, skipped } }: Piece<"keys">): Finding => ({
  code: "ROWS_MERGED",
  severity: "info",
  where: finishing.table(table).source,
  message: `${table} had rows already: ${inserted} rows added, ${updated} updated, ${skipped} skipped`,
  remedy:
    skipped > 0
      ? "The rows that were there are as they were; landbridge.skipped lists the source's."
      : "Nothing to do.",
  count: inserted + updated + skipped,
});

interface Merging {
  readonly client: Client;
  readonly finishing: Finishing;
  readonly table: PlanTable;
  /** SQL names of the three tables. */
  readonly into: string;
  readonly staged: string;
  readonly keys: string;
}

const mergeOnce = async (
  client: Client,
  finishing: Finishing,
  piece: Piece<"staging">,
  originalOf: OriginalOf,
): Promise<void> => {
  const { run, plan, schema } = finishing;
  const table = finishing.table(piece.table);
  const keysName = stagedName("keys", run, table.target);
  const merging: Merging = {
    ...{ client, finishing, table, into: qualified(schema, table.target) },
    staged: qualified("landbridge", piece.facts.staged),
    keys: qualified("landbridge", keysName),
  };
  await inTransaction(client, async () => {
    await assertOurs(client, run);
    const key = keyList(table);
    await client.query(
      `CREATE TABLE ${merging.keys} AS SELECT ${key}, NULL::boolean AS landbridge_inserted FROM ${merging.staged} WITH NO DATA`,
    );
    const twice = await listStaged(merging, "rejects", await repeatedKeys(merging), originalOf);
    const refused = await listStaged(merging, "rejects", await insertAll(merging), originalOf);
    const rejected = twice + refused;
    const skipped = await listStaged(merging, "skipped", "not inserted", originalOf);
    const counts = await countKeys(merging);
    await client.query(
      `CREATE UNIQUE INDEX ON ${merging.keys} (${key}); ANALYZE ${merging.keys}; DROP TABLE ${merging.staged}`,
    );
    await forget(client, piece);
    await note(client, { id: run.id, schema: plan.schema }, "keys", {
      ...{ table: table.target, object: table.target },
      facts: { keys: keysName, ...counts, skipped },
    });
    await recordXid(client, run, table.source, { rowsWritten: -(rejected + skipped), rowsRejected: rejected });
  });
};

const keyList = ({ primaryKey }: PlanTable): string => (primaryKey?.columns ?? []).map(quoteIdentifier).join(", ");

/** A key that only the application has may let the source's rows meet: the first of them counts, as it would in a COPY. */
const repeatedKeys = async ({ client, staged, table }: Merging): Promise<ReadonlyMap<string, ServerRefusal>> => {
  const { rows } = await client.query<{ number: string }>(
    `SELECT ${STAGED_ROW}::text AS number FROM (
       SELECT ${STAGED_ROW}, row_number() OVER (PARTITION BY ${keyList(table)} ORDER BY ${STAGED_ROW}) AS place FROM ${staged}
     ) AS numbered WHERE place > 1`,
  );
  const refusal = {
    sqlstate: "23505",
    message: `another row of the source has the same primary key (${keyList(table)})`,
  };
  return new Map(rows.map(({ number }) => [number, refusal]));
};

/** All rows at once; only where the server refuses one of them, in halves until it stands alone. @returns those, by their number */
const insertAll = async (merging: Merging): Promise<ReadonlyMap<string, ServerRefusal>> => {
  const { client, staged } = merging;
  const { rows } = await client.query<{ first: string | null; last: string | null }>(
    `SELECT min(${STAGED_ROW})::text AS first, max(${STAGED_ROW})::text AS last FROM ${staged}`,
  );
  const { first, last } = rows[0]!;
  const refused = new Map<string, ServerRefusal>();
  const search = async (from: bigint, to: bigint): Promise<void> => {
    merging.finishing.signal.throwIfAborted();
    const refusal = await insertRange(merging, from, to);
    if (refusal === null) return;
    if (from === to) {
      refused.set(from.toString(), refusal);
      return;
    }
    const middle = (from + to) / 2n;
    await search(from, middle);
    await search(middle + 1n, to);
  };
  if (first !== null && last !== null) await search(BigInt(first), BigInt(last));
  return refused;
};

const insertRange = async (merging: Merging, from: bigint, to: bigint): Promise<ServerRefusal | null> => {
  const { client } = merging;
  await client.query("SAVEPOINT merge");
  try {
    await client.query(insertStatement(merging), [from.toString(), to.toString()]);
    await client.query("SET CONSTRAINTS ALL IMMEDIATE; RELEASE SAVEPOINT merge");
    return null;
  } catch (error) {
    const refusal = dataRefusal(error);
    if (refusal === null) throw error;
    await client.query("ROLLBACK TO SAVEPOINT merge");
    return refusal;
  }
};

/** OVERRIDING: the source's numbers count, also in an identity column that is GENERATED ALWAYS. */
const insertStatement = ({ finishing, table, into, staged, keys }: Merging): string => {
  const columns = copiedColumns(table).map(({ target }) => target);
  const list = columns.map(quoteIdentifier).join(", ");
  const key = keyList(table);
  const rest = columns.filter((name) => !table.primaryKey?.columns.includes(name));
  const updates = finishing.plan.existing?.onConflict === "update" && rest.length > 0;
  const set = rest.map((name) => `${quoteIdentifier(name)} = excluded.${quoteIdentifier(name)}`).join(", ");
  const action = updates ? `(${key}) DO UPDATE SET ${set}` : "DO NOTHING";
  return `WITH merged AS (
    INSERT INTO ${into} (${list}) OVERRIDING SYSTEM VALUE
    SELECT ${list} FROM ${staged} WHERE ${STAGED_ROW} BETWEEN $1 AND $2 ORDER BY ${STAGED_ROW}
    ON CONFLICT ${action} RETURNING ${key}, xmax = 0 AS landbridge_inserted)
  INSERT INTO ${keys} SELECT * FROM merged`;
};

const countKeys = async ({ client, keys }: Merging): Promise<{ inserted: number; updated: number }> => {
  const { rows } = await client.query<{ inserted: string; updated: string }>(
    `SELECT count(*) FILTER (WHERE landbridge_inserted) AS inserted, count(*) FILTER (WHERE NOT landbridge_inserted) AS updated FROM ${keys}`,
  );
  return { inserted: Number(rows[0]!.inserted), updated: Number(rows[0]!.updated) };
};
