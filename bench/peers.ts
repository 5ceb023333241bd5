/** The peers, each measured only where it is installed. They copy without proof; what each leaves out stands in its note. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { $, ProcessOutput, which } from "zx";
import { connect } from "../src/target/connect.ts";
import type { Target } from "../src/target/model.ts";
import { otherDatabase } from "../src/target/other-database.ts";

export interface Peer {
  readonly name: string;
  readonly note: string;
  readonly programs: readonly string[];
  /** Copies the file into a fresh database; the signal ends what it has started. @throws what the peer says where it fails */
  readonly copy: (file: string, place: Place, signal: AbortSignal) => Promise<void>;
}

/** A database of the peer's own, given by environment variables and by a URL that is only ever in a file. */
interface Place {
  readonly env: Record<string, string>;
  readonly url: string;
  readonly directory: string;
}

/** Seconds of the whole copy, or in one line why there are none. */
export type Measured = { readonly seconds: number } | { readonly problem: string };

/** Measures one peer. Never throws for what the peer does: a peer that fails or hangs is a line of the table. */
export const measurePeer = async (
  peer: Peer,
  file: string,
  target: Target,
  limitSeconds: number,
): Promise<Measured> => {
  for (const program of peer.programs)
    if ((await which(program, { nothrow: true })) === null) return { problem: "not installed" };
  const limit = AbortSignal.timeout(limitSeconds * 1000);
  try {
    return { seconds: await inDatabase(target, file, (place) => peer.copy(file, place, limit)) };
  } catch (error) {
    if (limit.aborted) return { problem: `did not finish within ${limitSeconds} s` };
    return { problem: `failed: ${firstLine(error)}` };
  }
};

const firstLine = (error: unknown): string => {
  const said = error instanceof ProcessOutput ? error.stderr || error.stdout : String(error);
  const lines = said.split("\n").map((line) => line.trim());
  return (
    lines.find((line) => /exhausted|error|fatal|fell/i.test(line)) ??
    lines.find((line) => line !== "") ??
    ""
  ).slice(0, 160);
};

/** A process without input, so that nothing waits for an answer, and ended with its children when the time is over. */
const processes = (signal: AbortSignal, env: Record<string, string>) =>
  $({ quiet: true, stdio: ["ignore", "pipe", "pipe"], signal, killSignal: "SIGKILL", env: { ...process.env, ...env } });

/** Seconds of the work in a fresh database. @throws where not every row is there at the end */
const inDatabase = async (target: Target, file: string, work: (place: Place) => Promise<void>): Promise<number> => {
  const client = await connect(target, "bench");
  await client.query("DROP DATABASE IF EXISTS bench_peer");
  await client.query("CREATE DATABASE bench_peer");
  const { host = "127.0.0.1", port = 5432, user = "postgres", password } = target.config;
  const secret = typeof password === "string" ? password : "";
  const directory = mkdtempSync(join(tmpdir(), "landbridge-peer-"));
  chmodSync(directory, 0o700);
  try {
    const started = performance.now();
    await work({
      env: { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: secret, PGDATABASE: "bench_peer" },
      url: `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(secret)}@${host}:${port}/bench_peer`,
      directory,
    });
    const seconds = (performance.now() - started) / 1000;
    const missing = countSource(file) - (await countTarget(otherDatabase(target, "bench_peer")));
    if (missing !== 0) throw new Error(`ended without an error, but ${missing} rows are missing`);
    return seconds;
  } finally {
    rmSync(directory, { recursive: true, force: true });
    await client.query("DROP DATABASE IF EXISTS bench_peer WITH (FORCE)");
    await client.end();
  }
};

const TABLES = ["events", "documents", "attachments"];

const ROWS = `SELECT ${TABLES.map((table) => `(SELECT count(*) FROM ${table})`).join(" + ")} AS rows`;

const countSource = (file: string): number => {
  const db = new Database(file, { readonly: true });
  try {
    return Number(db.prepare(ROWS).pluck().get());
  } finally {
    db.close();
  }
};

const countTarget = async (target: Target): Promise<number> => {
  const client = await connect(target, "bench");
  try {
    return Number((await client.query<{ rows: string }>(ROWS)).rows[0]?.rows);
  } finally {
    await client.end();
  }
};

const pgloader: Peer = {
  name: "pgloader",
  note: "with indexes and keys, without proof",
  programs: ["pgloader"],
  copy: async (file, { url, directory }, signal) => {
    const command = join(directory, "load");
    writeFileSync(
      command,
      `LOAD DATABASE FROM sqlite://${file} INTO ${url} WITH include drop, create tables, create indexes, reset sequences;\n`,
      { mode: 0o600 },
    );
    await processes(signal, {})`pgloader --root-dir ${directory} ${command}`;
  },
};

const duckdb: Peer = {
  name: "DuckDB (sqlite and postgres extensions)",
  note: "rows only",
  programs: ["duckdb"],
  copy: async (file, { env, directory }, signal) => {
    const script = join(directory, "copy.sql");
    writeFileSync(
      script,
      `INSTALL sqlite; INSTALL postgres; LOAD sqlite; LOAD postgres;
ATTACH '${file.replaceAll("'", "''")}' AS s (TYPE sqlite); ATTACH '' AS p (TYPE postgres); COPY FROM DATABASE s TO p;\n`,
    );
    await processes(signal, env)`duckdb -bail -c ${`.read ${script}`}`;
  },
};

const shell: Peer = {
  name: "sqlite3 -csv | psql \\copy",
  note: "rows only, everything as text",
  programs: ["sqlite3", "psql"],
  copy: async (file, { env }, signal) => {
    const run = processes(signal, env);
    const lines = async (sql: string): Promise<string[]> =>
      (await run`sqlite3 ${file} ${sql}`).stdout.trim().split("\n");
    for (const table of await lines("SELECT name FROM sqlite_schema WHERE type = 'table'")) {
      const columns = await lines(`SELECT name FROM pragma_table_info('${table}')`);
      await run`psql -qc ${`CREATE TABLE ${table} (${columns.map((column) => `${column} text`).join(", ")})`}`;
      // CSV is text: a BLOB has to travel as hex.
      const values = columns.map(
        (column) => `CASE typeof(${column}) WHEN 'blob' THEN '\\x' || hex(${column}) ELSE ${column} END`,
      );
      await run`sqlite3 -csv ${file} ${`SELECT ${values.join(", ")} FROM ${table}`} | psql -qc ${`\\copy ${table} FROM STDIN (FORMAT csv)`}`;
    }
  },
};

export const PEERS: readonly Peer[] = [duckdb, pgloader, shell];
