/**
 * MCPS's data access in Next.js: better-sqlite3 became pg. One pool, retry of whole transactions, slow queries, search, arrays, JSONB
 * and vectors. `node db.ts` says what the database of DATABASE_URL holds.
 */
import pg from "pg";

const SLOW_MILLISECONDS = 1_000;

export const pool = new pg.Pool({
  connectionString: process.env["DATABASE_URL"],
  max: Number(process.env["POSTGRES_POOL_MAX"] ?? 20),
  connectionTimeoutMillis: 10_000,
  idleTimeoutMillis: 30_000,
  maxLifetimeSeconds: 3_600,
  application_name: "mcps",
});

// A connection that breaks while nobody uses it: the pool makes a new one.
pool.on("error", (error) => console.error("idle connection lost:", error.message));

/** Text with $1, $2 … in it, never with values put into it. */
export const query = async <Row extends pg.QueryResultRow>(
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> => {
  const started = performance.now();
  const { rows } = await pool.query<Row>(text, [...values]);
  const milliseconds = performance.now() - started;
  // The statement, never its values: those are users' words.
  if (milliseconds > SLOW_MILLISECONDS) console.warn(`slow query, ${Math.round(milliseconds)} ms: ${text}`);
  return rows;
};

/** Lost connections, restarts, serialization failures, deadlocks: nothing was done, so that it may be done again. */
const PASSES = /^(08|57P0|40001$|40P01$)/;

/** Runs `work` in a transaction; all of it again where what stood in the way passes. */
export const transaction = async <T>(work: (client: pg.PoolClient) => Promise<T>, attempts = 4): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    const client = await pool.connect();
    try {
      await client.query("BEGIN");
      const result = await work(client);
      await client.query("COMMIT");
      client.release();
      return result;
    } catch (error) {
      const lost = await client.query("ROLLBACK").then(
        () => false,
        () => true,
      );
      client.release(lost);
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      if (attempt === attempts || !PASSES.test(code)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** attempt));
    }
  }
};

/** For /api/health: is there an answer in two seconds? */
export const healthy = async (): Promise<boolean> =>
  Promise.race([
    query("SELECT 1").then(
      () => true,
      () => false,
    ),
    new Promise<boolean>((resolve) => setTimeout(resolve, 2_000, false).unref()),
  ]);

export interface Server {
  readonly id: string;
  readonly name: string;
}

/** In the place of LIKE '%words%': ranked, and answered by the GIN index. */
export const searchServers = (words: string, limit = 20): Promise<Server[]> =>
  query(
    `SELECT id, name FROM server, websearch_to_tsquery('english', $1) AS wanted
     WHERE search_vector @@ wanted ORDER BY ts_rank(search_vector, wanted) DESC, id LIMIT $2`,
    [words, limit],
  );

/** A JSON array became text[]: containment, answered by the GIN index. */
export const withKeywords = (keywords: readonly string[]): Promise<Server[]> =>
  query("SELECT id, name FROM server WHERE keywords @> $1::text[] ORDER BY id", [keywords]);

/** A JSON document became jsonb: tools that take such a parameter. */
export const toolsTaking = (parameter: string, type: string): Promise<Server[]> =>
  query("SELECT id, name FROM tool WHERE input_schema @> $1 ORDER BY id", [
    JSON.stringify({ properties: { [parameter]: { type } } }),
  ]);

/** Tools like this one, by cosine distance; needs pgvector. */
export const toolsLike = (embedding: readonly number[], limit = 10): Promise<Server[]> =>
  query(
    `SELECT tool.id, tool.name FROM toolembedding JOIN tool ON tool.id = tool_id ORDER BY vector <=> $1::vector LIMIT $2`,
    [JSON.stringify(embedding), limit],
  );

/** What waits and what works in the pool, for the monitoring page. */
export const poolUsage = () => ({ all: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount });

/** Graceful shutdown: after the last request. */
export const close = (): Promise<void> => pool.end();

if (import.meta.main) {
  const counts = await query("SELECT (SELECT count(*) FROM server) AS servers, (SELECT count(*) FROM tool) AS tools");
  console.log(counts[0], await healthy(), poolUsage());
  await close();
}
