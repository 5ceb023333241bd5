/**
 * Prepares a database for an application: extensions, roles with their rights and passwords, the schema, the ledger, and the user's
 * own files. Everything may be run again, by whoever administers the database; only what has changed happens.
 */
import type { Client } from "pg";
import { type LandbridgeError, messageOf, refusal } from "./errors.ts";
import type { Emit } from "./events.ts";
import type { Finding } from "./findings.ts";
import type { Context } from "./steps.ts";
import { refuseReadOnly, refuseServer } from "./target/checks.ts";
import { connect } from "./target/connect.ts";
import { readServerFacts } from "./target/facts.ts";
import { describeForeignWrites } from "./target/foreign-writes.ts";
import { handOverLedger } from "./target/hand-over.ts";
import { type InitFile, type InitResult, type InitSettings, ownInitFiles, runInitFiles } from "./target/init.ts";
import { installLedger } from "./target/ledger.ts";
import { openOrMake } from "./target/make-database.ts";
import type { Target } from "./target/model.ts";
import { refusePooler } from "./target/pooler.ts";
import { refusePsqlCommands } from "./target/psql.ts";
import { type RoleNames, type RolePasswords, refuseForeignRoles, setPasswords } from "./target/roles.ts";
import { sqlState } from "./target/sqlstate.ts";
import { writtenSince } from "./written-since.ts";

export interface InitRequest {
  /** With the administrator's login. */
  readonly target: Target;
  /** null: extensions and the user's own files alone. */
  readonly roles: { readonly names: RoleNames; readonly passwords: RolePasswords } | null;
  readonly schema: string;
  /** The user's own, in this order. */
  readonly files: readonly InitFile[];
}

export interface Initialised {
  readonly database: string;
  readonly madeDatabase: boolean;
  readonly applied: readonly string[];
  readonly unchanged: readonly string[];
  /** What this administrator could not do. */
  readonly findings: readonly Finding[];
}

/** The user's files are known to the ledger by names that Landbridge's cannot have. */
const THEIRS = "yours/";
/** From this number on, Landbridge's files come behind the user's. */
const LAST = "9";

/**
 * @throws LandbridgeError (refused) TARGET_…, INIT_ROLE_TAKEN, INIT_SCHEMA_SERVES, INIT_SQL_PSQL before anything is touched; INIT_SQL_FAILED
 */
export const initDatabase = async (request: InitRequest, context: Context): Promise<Initialised> => {
  const { client, made } = await openOrMake(request.target, "init");
  const stop = (): void => void client.end().catch(() => undefined);
  context.signal.addEventListener("abort", stop, { once: true });
  try {
    return { ...(await prepare(client, request, context)), madeDatabase: made };
  } catch (error) {
    context.signal.throwIfAborted();
    throw sqlState(error) === "42501" ? denied(error) : error;
  } finally {
    context.signal.removeEventListener("abort", stop);
    await client.end().catch(() => undefined);
  }
};

const prepare = async (
  client: Client,
  { target, roles, schema, files }: InitRequest,
  { emit }: Context,
): Promise<Omit<Initialised, "madeDatabase">> => {
  await refusePooler(client, target);
  const facts = await readServerFacts(client);
  refuseServer(facts);
  await refuseReadOnly(client);
  // Another administrator's init of the same database comes after this one; the lock ends with the session.
  await client.query("SELECT pg_advisory_lock(hashtextextended('landbridge init', 0))");
  for (const { name, sql } of files) refusePsqlCommands(name, sql);
  if (roles !== null) await refuseForeignRoles(client, roles.names, roles.passwords);
  if (roles !== null) await refuseToLeave(client, target, schema);
  await installLedger(client);

  const settings: InitSettings | null = roles === null ? null : { ...roles.names, schema };
  for (const [name, value] of Object.entries(settings ?? {}))
    await client.query("SELECT set_config('landbridge.' || $1, $2, false)", [name, value]);
  const own = await ownInitFiles();
  const isLast = ({ name }: InitFile): boolean => name.startsWith(LAST);
  const early = own.filter((file) => !isLast(file));
  const first = await runInitFiles(client, early, { emit, settings });
  const findings: Finding[] = [];
  if (roles !== null) {
    findings.push(...(await setPasswords(client, roles.names, roles.passwords)));
    findings.push(...(await handOverLedger(client, roles.names.owner)));
  }
  const theirs = await runTheirs(target, files, emit);
  // What those have made is to be open to the roles as well: other files of theirs are a reason to run these again.
  const seen = settings === null ? null : { ...settings, after: JSON.stringify(files) };
  const last = await runInitFiles(client, own.filter(isLast), { emit, settings: seen });
  const parts = [first, ...theirs, last];
  return {
    database: facts.database,
    applied: parts.flatMap(({ applied }) => applied),
    unchanged: parts.flatMap(({ unchanged }) => unchanged),
    findings: [...findings, ...parts.flatMap((part) => part.findings)],
  };
};

/**
 * Sessions find their tables by the database's search_path. Led to another schema, an application would find the load's rows there
 * and miss what it has written itself, without a word from anybody.
 */
const refuseToLeave = async (client: Client, target: Target, schema: string): Promise<void> => {
  const { rows } = await client.query<{ standing: string | null }>("SELECT current_schema() AS standing");
  const standing = rows[0]?.standing ?? null;
  if (standing === null || standing === schema) return;
  const { run, tables } = await writtenSince(target, standing);
  if (run === null || tables.length === 0) return;
  throw refusal({
    code: "INIT_SCHEMA_SERVES",
    message: `Sessions of this database find their tables in schema "${standing}", and others have written there since the load ${run.id}: ${describeForeignWrites(tables)}. In schema "${schema}" they would not find those rows.`,
    remedy: `Stay with schema "${standing}"; or move it yourself: ALTER SCHEMA … RENAME TO …, then ALTER DATABASE … SET search_path.`,
  });
};

/** Files of SQL may hold passwords, and a server writes into its log what fails, or takes long, word by word. */
const UNLOGGED = ["log_statement = 'none'", "log_min_error_statement = 'panic'", "log_min_duration_statement = -1"];

/** Each in a session of its own, as psql would run it: what a file sets there concerns no other. */
const runTheirs = async (target: Target, files: readonly InitFile[], emit: Emit): Promise<InitResult[]> => {
  const results: InitResult[] = [];
  for (const file of files) {
    const session = await connect(target, "init file");
    try {
      // A superuser may say so, and who was allowed to.
      for (const setting of UNLOGGED) await session.query(`SET ${setting}`).catch(() => undefined);
      results.push(await runInitFiles(session, [file], { emit, prefix: THEIRS }));
    } finally {
      await session.end().catch(() => undefined);
    }
  }
  return results;
};

const denied = (cause: unknown): LandbridgeError =>
  refusal({
    code: "TARGET_PRIVILEGES",
    message: `This role may not prepare the database: ${messageOf(cause)}`,
    remedy: "Give the login of the role that has prepared it before, of its owner, or of a superuser.",
    cause,
  });
