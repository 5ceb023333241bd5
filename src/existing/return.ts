/** Finish's side of what was set aside: indexes in parallel, keys in the order of their names, triggers last. */
import type { Client } from "pg";
import { messageOf } from "../errors.ts";
import { batchesOf } from "../finish/batches.ts";
import type { Finishing } from "../finish/finishing.ts";
import { sortMemory } from "../finish/indexes.ts";
import { LOCK_ATTEMPTS, LOCK_SETTINGS, lockedOut } from "../finish/keys.ts";
import { inSession, overSessions, type Session } from "../finish/sessions.ts";
import { unplannedBuild } from "../finish/vector-indexes.ts";
import { qualified, quoteIdentifier } from "../target/quote.ts";
import { assertOurs } from "../target/runs.ts";
import { isRefusal } from "../target/sqlstate.ts";
import { inTransaction } from "../target/transaction.ts";
import { commentReturnedKey, putBackIndex, putBackKey, putBackTrigger } from "./put-back.ts";
import { forget, type Piece } from "./scaffolding.ts";

const TRIGGERS_TOGETHER = 50;

/** Those over vectors one by one when the others are there: each may take the memory of all. */
export const rebuildIndexes = async (finishing: Finishing, pieces: readonly Piece<"index">[]): Promise<void> => {
  const ofVectors = pieces.filter(({ facts }) => / USING (hnsw|ivfflat) /i.test(facts.definition));
  const others = pieces.filter((piece) => !ofVectors.includes(piece));
  const rebuild = (session: Session, piece: Piece<"index">): Promise<void> => rebuildIndex(finishing, session, piece);
  await overSessions(finishing, sortMemory(finishing), others, rebuild);
  if (ofVectors.length === 0) return;
  const { target, emit, signal } = finishing;
  await overSessions({ target, emit, signal, jobs: 1 }, await unplannedBuild(finishing), ofVectors, rebuild);
};

/** One that the rows do not allow any more (an entry that is too long) is left out by name; the ledger keeps its definition. */
const rebuildIndex = async (finishing: Finishing, session: Session, piece: Piece<"index">): Promise<void> => {
  const refused = await session.use(piece.object, (client) =>
    ours(client, finishing, () => putBackIndex(client, finishing.schema, piece)),
  );
  if (refused === null) return;
  finishing.leaveOut(piece.object, {
    code: "INDEX_NOT_REBUILT",
    severity: "error",
    where: piece.table,
    message: `the application's index ${piece.object} is not there any more: ${messageOf(refused)}`,
    remedy: `Mend the rows, then: ${piece.facts.definition}`,
    count: 1,
  });
};

/** Not yet checked against the rows, where PostgreSQL can do so; a key of a partitioned table is checked at once. */
export const returnKeys = async (finishing: Finishing, pieces: readonly Piece<"foreign key">[]): Promise<void> => {
  const inOrder = pieces.toSorted((a, b) => compare(a.table, b.table) || compare(a.object, b.object));
  await inSession(finishing, LOCK_SETTINGS, async (session) => {
    for (const piece of inOrder) {
      const add = (unchecked: boolean) =>
        session
          .use(
            piece.object,
            (client) => ours(client, finishing, () => putBackKey(client, finishing.schema, piece, { unchecked })),
            LOCK_ATTEMPTS,
          )
          .catch(lockedOut);
      const partitioned = finishing.plan.existing?.tables.some(
        ({ name, partitioned: is }) => is && name === piece.table,
      );
      const refused = await add(partitioned !== true);
      if (refused === null) continue;
      finishing.leaveOut(piece.object, {
        code: "FK_NOT_RETURNED",
        severity: "error",
        where: piece.table,
        message: `the application's foreign key ${piece.object} is not there any more: ${messageOf(refused)}`,
        remedy: `Mend the rows, then ALTER TABLE … ADD CONSTRAINT ${piece.object} ${piece.facts.definition}`,
        count: 1,
      });
    }
  });
};

/** Only now that the rows have been looked at: until then a run that is broken off knows these keys as they were. */
export const forgetKeys = async (finishing: Finishing, pieces: readonly Piece<"foreign key">[]): Promise<void> => {
  const planned = new Set(finishing.plan.tables.flatMap(({ foreignKeys }) => foreignKeys.map(({ name }) => name)));
  await inSession(finishing, LOCK_SETTINGS, async (session) => {
    for (const piece of pieces)
      await session.use(piece.object, (client) =>
        inTransaction(client, async () => {
          // A key that leads out of the plan has not been validated with the others.
          if (!planned.has(piece.object) && piece.facts.validated) await validateAlone(client, finishing, piece);
          await commentReturnedKey(client, finishing.schema, piece);
          await forget(client, piece);
        }),
      );
  });
};

const validateAlone = async (client: Client, finishing: Finishing, piece: Piece<"foreign key">): Promise<void> => {
  await client.query("SAVEPOINT validation");
  try {
    await client.query(
      `ALTER TABLE ${qualified(finishing.schema, piece.table)} VALIDATE CONSTRAINT ${quoteIdentifier(piece.object)}`,
    );
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await client.query("ROLLBACK TO SAVEPOINT validation");
    finishing.leaveOut(piece.object, {
      code: "FK_NOT_VALIDATED",
      severity: "error",
      where: piece.table,
      message: `foreign key ${piece.object} is there but not valid: ${messageOf(error)}`,
      remedy: "ALTER TABLE … VALIDATE CONSTRAINT once the cause is gone.",
      count: 1,
    });
  }
};

export const returnTriggers = (finishing: Finishing, pieces: readonly Piece<"trigger">[]): Promise<void> =>
  inSession(finishing, LOCK_SETTINGS, async (session) => {
    for (const batch of batchesOf(pieces, TRIGGERS_TOGETHER))
      await session
        .use(
          "triggers",
          (client) =>
            inTransaction(client, async () => {
              await assertOurs(client, finishing.run);
              for (const piece of batch) await putBackTrigger(client, piece);
            }),
          LOCK_ATTEMPTS,
        )
        .catch(lockedOut);
  });

/** In one transaction, if the run is still ours. @returns the server's refusal, null where it took it */
const ours = async (client: Client, { run }: Finishing, work: () => Promise<void>): Promise<unknown> => {
  try {
    await inTransaction(client, async () => {
      await assertOurs(client, run);
      await work();
    });
    return null;
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
