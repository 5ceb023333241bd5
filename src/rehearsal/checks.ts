/**
 * What an application relies on, tried on the very server: rows written, read, changed and deleted; a failed transaction that
 * leaves nothing; isolation as documented; a pool that runs dry and recovers.
 * https://www.postgresql.org/docs/current/transaction-iso.html
 */
import pg, { type Client } from "pg";
import { messageOf } from "../errors.ts";
import { connect } from "../target/connect.ts";
import type { Target } from "../target/model.ts";
import { qualified } from "../target/quote.ts";
import type { Check } from "./model.ts";
import { SCRATCH } from "./scratch.ts";

const TABLE = qualified(SCRATCH, "landbridge_checks");

/** Runs all checks in the scratch schema; none of them throws. */
export const runChecks = async (target: Target, signal: AbortSignal): Promise<readonly Check[]> => {
  const first = await connect(target, "rehearsal check");
  const second = await connect(target, "rehearsal check");
  try {
    const results: Check[] = [];
    for (const [name, check] of CHECKS) {
      signal.throwIfAborted();
      await first.query(`DROP TABLE IF EXISTS ${TABLE}`);
      await first.query(`CREATE TABLE ${TABLE} (id int PRIMARY KEY, value int NOT NULL)`);
      await first.query(`INSERT INTO ${TABLE} VALUES (1, 1), (2, 1)`);
      results.push(await tried(name, () => check(first, second, target)));
      for (const client of [first, second]) await client.query("ROLLBACK");
    }
    return results;
  } finally {
    await Promise.all([first, second].map((client) => client.end().catch(() => undefined)));
  }
};

type Action = (first: Client, second: Client, target: Target) => Promise<string>;

/** A check says in a sentence what it saw, or throws. */
const tried = async (name: string, action: () => Promise<string>): Promise<Check> => {
  try {
    return { name, passed: true, detail: await action() };
  } catch (error) {
    return { name, passed: false, detail: messageOf(error) };
  }
};

const expectThat = (holds: boolean, otherwise: string): void => {
  if (!holds) throw new Error(otherwise);
};

const valueIn = async (client: Client, id: number): Promise<number | undefined> =>
  (await client.query<{ value: number }>(`SELECT value FROM ${TABLE} WHERE id = $1`, [id])).rows[0]?.value;

const createReadUpdateDelete: Action = async (client) => {
  await client.query(`INSERT INTO ${TABLE} VALUES (3, 30)`);
  expectThat((await valueIn(client, 3)) === 30, "an inserted row could not be read");
  await client.query(`UPDATE ${TABLE} SET value = 31 WHERE id = 3`);
  expectThat((await valueIn(client, 3)) === 31, "an updated value could not be read");
  await client.query(`DELETE FROM ${TABLE} WHERE id = 3`);
  expectThat((await valueIn(client, 3)) === undefined, "a deleted row could still be read");
  return "a row was inserted, read, changed and deleted";
};

const failedTransaction: Action = async (first, second) => {
  await first.query("BEGIN");
  await first.query(`UPDATE ${TABLE} SET value = 99 WHERE id = 1`);
  const refused = await stateOf(first.query(`INSERT INTO ${TABLE} VALUES (2, 2)`));
  expectThat(refused === "23505", `a second row with the same key ended with ${refused ?? "no error"}, not with 23505`);
  await first.query("ROLLBACK");
  expectThat((await valueIn(second, 1)) === 1, "a change of the failed transaction was kept");
  return "a unique violation (23505) took the whole transaction back";
};

const noDirtyRead: Action = async (first, second) => {
  await first.query("BEGIN");
  await first.query(`UPDATE ${TABLE} SET value = 50 WHERE id = 1`);
  expectThat((await valueIn(second, 1)) === 1, "a value that was not committed could be read");
  await first.query("COMMIT");
  expectThat((await valueIn(second, 1)) === 50, "a committed value could not be read");
  return "read committed: another session saw the change after COMMIT and not before";
};

/** Two sessions each read both rows and change one: either alone is right, both together are not. */
const writeSkew: Action = async (first, second) => {
  for (const client of [first, second]) {
    await client.query("BEGIN ISOLATION LEVEL SERIALIZABLE");
    await client.query(`SELECT sum(value) FROM ${TABLE}`);
  }
  await first.query(`UPDATE ${TABLE} SET value = 0 WHERE id = 1`);
  const late = await stateOf(
    (async () => {
      await second.query(`UPDATE ${TABLE} SET value = 0 WHERE id = 2`);
      await first.query("COMMIT");
      await second.query("COMMIT");
    })(),
  );
  expectThat(late === "40001", `write skew ended with ${late ?? "no error"}, not with 40001`);
  return "serializable: of two transactions that skew each other one was refused (40001) and can be tried again";
};

const POOL = 3;

const poolRunsDry: Action = async (first, _second, target) => {
  const pool = await poolOf(target, first);
  try {
    const asked = await Promise.allSettled(Array.from({ length: POOL }, () => pool.connect()));
    const taken = asked.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const refused = taken.length < POOL ? null : await refusalOf(pool);
    // A pool ends only when every connection has come back to it.
    for (const client of taken) client.release();
    for (const one of asked) if (one.status === "rejected") throw one.reason;
    expectThat(refused !== null, "one connection more than the pool holds was given out");
    await pool.query("SELECT 1");
    return `with all ${POOL} connections in use the next one waited and was refused (${refused}); after they came back it was served`;
  } finally {
    await pool.end();
  }
};

/** What the pool says to one more than it holds; null where it serves it. */
const refusalOf = async (pool: pg.Pool): Promise<string | null> => {
  try {
    (await pool.connect()).release();
    return null;
  } catch (error) {
    return messageOf(error);
  }
};

const poolLosesConnections: Action = async (first, _second, target) => {
  const pool = await poolOf(target, first);
  try {
    const { rows } = await pool.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    await first.query("SELECT pg_terminate_backend($1)", [rows[0]!.pid]);
    for (let attempt = 1; ; attempt++) {
      const state = await stateOf(pool.query("SELECT 1"));
      if (state === null) return `after the server ended its connection the pool served again, at attempt ${attempt}`;
      expectThat(attempt < 5, `after the server ended its connection the pool stayed broken (${state})`);
    }
  } finally {
    await pool.end();
  }
};

/** Acquiring waits so long here, which is enough to connect to a busy server too; an application's pool_timeout is 30 seconds. */
const POOL_TIMEOUT_MILLISECONDS = 5000;

/** As the session that is open already: the driver's pool cannot try TLS and go on without it (`sslmode=prefer`). */
const poolOf = async ({ config, sslmode }: Target, open: Client): Promise<pg.Pool> => {
  const { rows } = await open.query<{ ssl: boolean }>("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
  const tls = typeof config.ssl === "object" ? config.ssl : {};
  const anyName = sslmode === "verify-ca" ? { checkServerIdentity: () => undefined } : {};
  const pool = new pg.Pool({
    ...config,
    ssl: rows[0]?.ssl === true ? { ...tls, ...anyName } : false,
    max: POOL,
    connectionTimeoutMillis: POOL_TIMEOUT_MILLISECONDS,
    application_name: "landbridge rehearsal pool",
  });
  // A connection that breaks is told by the next query; an event that nobody hears would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
};

/** The SQLSTATE that something ended with; null where it ended well. */
const stateOf = (work: Promise<unknown>): Promise<string | null> =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : messageOf(error)),
  );

const CHECKS: readonly (readonly [string, Action])[] = [
  ["create, read, update, delete", createReadUpdateDelete],
  ["rollback of a failed transaction", failedTransaction],
  ["isolation: no dirty reads", noDirtyRead],
  ["isolation: write skew is detected", writeSkew],
  ["pool exhaustion", poolRunsDry],
  ["pool recovery", poolLosesConnections],
];
