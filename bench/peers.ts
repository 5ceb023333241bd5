/** The peers, each measured only where it is installed. They copy without proof; what each leaves out stands in its note. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { $, which } from "zx";
import { connect } from "../src/target/connect.ts";
import type { Target } from "../src/target/model.ts";

export interface Peer {
  readonly name: string;
  readonly note: string;
  /** Seconds of the whole copy into a fresh database; null where it is not installed. */
  readonly measure: (file: string, target: Target) => Promise<number | null>;
}

const installed = (program: string): Promise<boolean> =>
  which(program, { nothrow: true }).then((found) => found !== null);

/** Runs the work against a database of its own, given by environment variables and by a URL that is only ever in a file. */
const inDatabase = async (
  target: Target,
  work: (place: { env: Record<string, string>; url: string; directory: string }) => Promise<void>,
): Promise<number> => {
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
    return (performance.now() - started) / 1000;
  } finally {
    rmSync(directory, { recursive: true, force: true });
    await client.query("DROP DATABASE IF EXISTS bench_peer");
    await client.end();
  }
};

const pgloader: Peer = {
  name: "pgloader",
  note: "with indexes and keys, without proof",
  measure: async (file, target) => {
    if (!(await installed("pgloader"))) return null;
    return inDatabase(target, async ({ url, directory }) => {
      const command = join(directory, "load");
      writeFileSync(
        command,
        `LOAD DATABASE FROM sqlite://${file} INTO ${url} WITH include drop, create tables, create indexes, reset sequences;\n`,
        { mode: 0o600 },
      );
      await $({ quiet: true })`pgloader ${command}`;
    });
  },
};

const duckdb: Peer = {
  name: "DuckDB (sqlite and postgres extensions)",
  note: "rows only",
  measure: async (file, target) => {
    if (!(await installed("duckdb"))) return null;
    return inDatabase(target, async ({ env, directory }) => {
      const script = join(directory, "copy.sql");
      writeFileSync(
        script,
        `INSTALL sqlite; INSTALL postgres; LOAD sqlite; LOAD postgres;
ATTACH '${file.replaceAll("'", "''")}' AS s (TYPE sqlite); ATTACH '' AS p (TYPE postgres); COPY FROM DATABASE s TO p;\n`,
      );
      await $({ quiet: true, env: { ...process.env, ...env }, input: `.read ${script}\n` })`duckdb`;
    });
  },
};

const shell: Peer = {
  name: "sqlite3 -csv | psql \\copy",
  note: "rows only, everything as text",
  measure: async (file, target) => {
    if (!(await installed("sqlite3")) || !(await installed("psql"))) return null;
    return inDatabase(target, async ({ env }) => {
      const run = $({ quiet: true, env: { ...process.env, ...env } });
      const tables = (await run`sqlite3 ${file} ${"SELECT name FROM sqlite_schema WHERE type = 'table'"}`).stdout
        .trim()
        .split("\n");
      for (const table of tables) {
        const columns = (await run`sqlite3 ${file} ${`SELECT name FROM pragma_table_info('${table}')`}`).stdout
          .trim()
          .split("\n");
        await run`psql -qc ${`CREATE TABLE ${table} (${columns.map((column) => `${column} text`).join(", ")})`}`;
        // CSV is text: a BLOB has to travel as hex.
        const values = columns.map(
          (column) => `CASE typeof(${column}) WHEN 'blob' THEN '\\x' || hex(${column}) ELSE ${column} END`,
        );
        await run`sqlite3 -csv ${file} ${`SELECT ${values.join(", ")} FROM ${table}`} | psql -qc ${`\\copy ${table} FROM STDIN (FORMAT csv)`}`;
      }
    });
  },
};

export const PEERS: readonly Peer[] = [duckdb, pgloader, shell];
