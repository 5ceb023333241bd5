/**
 * The one runner of init-sql (embedded, Docker and RDS alike): numbered, idempotent files, each run once per content and settings.
 * A file goes to the server whole, as one message, so that nothing here has to know where a statement ends.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Client } from "pg";
import { LandbridgeError } from "../errors.ts";
import type { Emit } from "../events.ts";
import type { Finding } from "../findings.ts";
import { refusePsqlCommands } from "./psql.ts";
import { sqlState } from "./sqlstate.ts";

export interface InitFile {
  /** By which the ledger knows it. */
  readonly name: string;
  readonly sql: string;
}

/** Values that files read by `current_setting('landbridge.<name>', true)`. */
export type InitSettings = Readonly<Record<string, string>>;

export interface InitResult {
  readonly applied: readonly string[];
  /** Applied before, with the same content and settings. */
  readonly unchanged: readonly string[];
  /** What files said by RAISE WARNING, or the server of its own: something could not be done. */
  readonly findings: readonly Finding[];
}

export interface InitOptions {
  readonly emit: Emit;
  /** null: as little as a crossing needs. What was run with settings is then left to whoever has them. */
  readonly settings?: InitSettings | null;
  /** Before the names in the ledger, for files that may be called as others are. */
  readonly prefix?: string;
}

/** Landbridge's own; extensions first. */
const INIT_SQL = fileURLToPath(new URL("../../init-sql", import.meta.url));

export const ownInitFiles = (): Promise<InitFile[]> => readInitFiles(INIT_SQL);

/** The files `NNN-name.sql` of a directory, in the order of their names. */
export const readInitFiles = async (directory: string): Promise<InitFile[]> => {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const names = entries.filter((name) => /^\d+.*\.sql$/.test(name)).sort((a, b) => (a < b ? -1 : 1));
  return Promise.all(names.map(async (name) => ({ name, sql: await readFile(join(directory, name), "utf8") })));
};

/**
 * Runs files in the given order. Needs the ledger. What they say by RAISE NOTICE becomes notes.
 * @throws LandbridgeError INIT_SQL_PSQL (refused) before any of them is run; INIT_SQL_FAILED with file, line, column and the line itself
 */
export const runInitFiles = async (
  client: Client,
  files: readonly InitFile[],
  { emit, settings = null, prefix = "" }: InitOptions,
): Promise<InitResult> => {
  for (const { name, sql } of files) refusePsqlCommands(name, sql);
  const result = { applied: [] as string[], unchanged: [] as string[], findings: [] as Finding[] };
  for (const { name, sql } of files) {
    const hash = hashOf(sql, settings);
    const before = await recordedHash(client, `${prefix}${name}`);
    if (before === hash || (before !== null && settings === null && before.includes(":"))) {
      if (before !== hash && !before.startsWith(`${hash}:`)) emit(note(`${name} has changed since init ran it`));
      result.unchanged.push(name);
      continue;
    }
    result.findings.push(...(await applyFile(client, { name, sql: sql.replace(/^\uFEFF/, "") }, emit)));
    await client.query(
      `INSERT INTO landbridge.init_files (name, sha256) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, applied_at = now()`,
      [`${prefix}${name}`, hash],
    );
    result.applied.push(name);
  }
  return result;
};

/** `<content>`, or `<content>:<settings>` where there are settings. */
const hashOf = (sql: string, settings: InitSettings | null): string => {
  const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
  return settings === null ? sha256(sql) : `${sha256(sql)}:${sha256(JSON.stringify(Object.entries(settings).sort()))}`;
};

const recordedHash = async (client: Client, name: string): Promise<string | null> => {
  const { rows } = await client.query<{ sha256: string }>("SELECT sha256 FROM landbridge.init_files WHERE name = $1", [
    name,
  ]);
  return rows[0]?.sha256 ?? null;
};

const note = (message: string) => ({ kind: "note", step: "prepare", message }) as const;

interface Notice {
  readonly message?: string | undefined;
  /** Class 01 is a warning; the word of the severity may be translated. */
  readonly code?: string | undefined;
}

const applyFile = async (client: Client, { name, sql }: InitFile, emit: Emit): Promise<Finding[]> => {
  const findings: Finding[] = [];
  const hear = ({ message = "", code = "" }: Notice): void => {
    if (code.startsWith("01")) findings.push(incomplete(name, message));
    else emit(note(`${name}: ${message}`));
  };
  client.on("notice", hear);
  try {
    await client.query(sql);
    return findings;
  } catch (error) {
    // A file that began a transaction of its own leaves it open.
    await client.query("ROLLBACK").catch(() => undefined);
    throw failed(name, sql, error);
  } finally {
    client.removeListener("notice", hear);
  }
};

const incomplete = (file: string, message: string): Finding => ({
  code: "INIT_INCOMPLETE",
  severity: "warning",
  where: file,
  message,
  remedy: "Run init as an administrator who may do that, or have it done by one.",
  count: 1,
});

const failed = (name: string, sql: string, error: unknown): LandbridgeError => {
  const { message, position } = error as { message: string; position?: string };
  const place = position === undefined ? undefined : placeOf(sql, Number(position));
  return new LandbridgeError({
    code: "INIT_SQL_FAILED",
    message:
      place === undefined
        ? `${name}: ${message}`
        : `${name}, line ${place.line}, column ${place.column}: ${message}\n  ${place.text}\n  ${" ".repeat(place.column - 1)}^`,
    // active_sql_transaction: CREATE DATABASE, VACUUM, CREATE INDEX CONCURRENTLY …
    remedy:
      sqlState(error) === "25001"
        ? "Give that statement a file of its own: a file with several statements is one transaction."
        : "Correct the file and run again: files that went through are not run a second time.",
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
