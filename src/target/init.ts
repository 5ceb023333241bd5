/**
 * The one runner of init-sql (embedded, Docker and RDS alike): numbered, idempotent files, each run once per content. A file
 * goes to the server whole, as one message, so that nothing here has to know where a statement ends.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "pg";
import { LandbridgeError } from "../errors.ts";
import type { Emit } from "../events.ts";

export interface InitResult {
  readonly applied: readonly string[];
  /** Applied before, with the same content. */
  readonly unchanged: readonly string[];
}

/**
 * Runs the files `NNN-name.sql` of a directory in the order of their names. Needs the ledger. What they say by RAISE NOTICE
 * becomes notes.
 * @throws LandbridgeError INIT_SQL_FAILED with file, line, column and the line itself
 */
export const runInitFiles = async (client: Client, directory: string, emit: Emit): Promise<InitResult> => {
  const applied: string[] = [];
  const unchanged: string[] = [];
  for (const name of await initFiles(directory)) {
    const bytes = await readFile(join(directory, name));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    if (await isApplied(client, name, sha256)) {
      unchanged.push(name);
      continue;
    }
    await applyFile(client, name, bytes.toString("utf8").replace(/^\uFEFF/, ""), emit);
    await client.query(
      `INSERT INTO landbridge.init_files (name, sha256) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, applied_at = now()`,
      [name, sha256],
    );
    applied.push(name);
  }
  return { applied, unchanged };
};

const initFiles = async (directory: string): Promise<string[]> => {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return entries.filter((name) => /^\d+.*\.sql$/.test(name)).sort((a, b) => (a < b ? -1 : 1));
};

const isApplied = async (client: Client, name: string, sha256: string): Promise<boolean> => {
  const { rowCount } = await client.query("SELECT FROM landbridge.init_files WHERE name = $1 AND sha256 = $2", [
    name,
    sha256,
  ]);
  return rowCount === 1;
};

const applyFile = async (client: Client, name: string, sql: string, emit: Emit): Promise<void> => {
  const tell = (notice: { message?: string | undefined }): void =>
    emit({ kind: "note", step: "prepare", message: `${name}: ${notice.message ?? ""}` });
  client.on("notice", tell);
  try {
    await client.query(sql);
  } catch (error) {
    // A file that began a transaction of its own leaves it open.
    await client.query("ROLLBACK").catch(() => undefined);
    throw failed(name, sql, error);
  } finally {
    client.removeListener("notice", tell);
  }
};

const failed = (name: string, sql: string, error: unknown): LandbridgeError => {
  const { message, position } = error as { message: string; position?: string };
  const place = position === undefined ? undefined : placeOf(sql, Number(position));
  return new LandbridgeError({
    code: "INIT_SQL_FAILED",
    message:
      place === undefined
        ? `${name}: ${message}`
        : `${name}, line ${place.line}, column ${place.column}: ${message}\n  ${place.text}\n  ${" ".repeat(place.column - 1)}^`,
    remedy: "Correct the file and run again: files that went through are not run a second time.",
    cause: error,
  });
};

/** @param position as the server counts: characters of the whole text, from 1 */
const placeOf = (sql: string, position: number): { line: number; column: number; text: string } => {
  const before = [...sql].slice(0, position - 1).join("");
  const start = before.lastIndexOf("\n") + 1;
  const [text = ""] = sql.slice(start).split(/\r?\n/, 1);
  // A tab is one column: shown as one space, the caret stands under its character.
  return {
    line: before.split("\n").length,
    column: [...before.slice(start)].length + 1,
    text: text.replaceAll("\t", " "),
  };
};
