/** Looks at a target before anything is touched, in a transaction that cannot write: refusals are thrown, the rest is told. */
import { statfs } from "node:fs/promises";
import type { Client } from "pg";
import { type LandbridgeError, refusal } from "../errors.ts";
import { checkExisting } from "../existing/check.ts";
import type { Finding } from "../findings.ts";
import type { Plan } from "../plan/model.ts";
import { checkExtensions } from "./extensions.ts";
import { readServerFacts } from "./facts.ts";
import { ledgerExists } from "./ledger.ts";
import type { ServerFacts, Target } from "./model.ts";
import { checkOccupancy } from "./occupancy.ts";
import { refusePooler } from "./pooler.ts";
import { sqlState } from "./sqlstate.ts";

const OLDEST = 15;
/** The newest major version that the tests run on. */
const NEWEST_KNOWN = 18;

/**
 * @param source the file as the user named it, for the command in a remedy
 * @throws LandbridgeError (refused) TARGET_TOO_OLD, TARGET_ENCODING, TARGET_READ_ONLY, TARGET_IS_POOLED, TARGET_PRIVILEGES, EXTENSION_MISSING,
 *   TARGET_NOT_EMPTY, TARGET_TABLES_EXIST, TARGET_NAME_TAKEN, TARGET_NO_SPACE; for an application's own tables those of checkExisting
 */
export const checkTarget = async (client: Client, plan: Plan, target: Target, source: string): Promise<Finding[]> => {
  await refusePooler(client, target);
  const findings: Finding[] = [];
  await client.query("BEGIN READ ONLY");
  try {
    const facts = await readServerFacts(client);
    refuseServer(facts);
    await refuseReadOnly(client);
    await checkPrivileges(client, plan.schema, facts);
    await checkExtensions(client, plan.extensions);
    if (plan.existing === undefined) await checkOccupancy(client, plan, { source, target });
    findings.push(
      ...versionFindings(facts),
      ...plainTextFindings(facts, target),
      ...(await checkSpace(client, plan, facts, target)),
    );
  } catch (error) {
    throw sqlState(error) === "42501"
      ? denied(`something in it may not be read: ${(error as Error).message}`, error)
      : error;
  } finally {
    await client.query("ROLLBACK").catch(() => undefined);
  }
  return plan.existing === undefined ? findings : [...findings, ...(await checkExisting(client, plan, plan.existing))];
};

/** @throws LandbridgeError TARGET_TOO_OLD, TARGET_ENCODING (refused) */
export const refuseServer = ({ version, versionNumber, encoding, database }: ServerFacts): void => {
  if (versionNumber < OLDEST * 10_000)
    throw refusal({
      code: "TARGET_TOO_OLD",
      message: `The server is PostgreSQL ${version}; ${OLDEST} or later is needed.`,
      remedy: "Upgrade it, or name a newer server with --target.",
    });
  if (encoding !== "UTF8")
    throw refusal({
      code: "TARGET_ENCODING",
      message: `Database "${database}" has the encoding ${encoding}; texts can only cross as they are into UTF8.`,
      remedy: "CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8', and name that one with --target.",
    });
};

/** @throws LandbridgeError TARGET_READ_ONLY (refused) */
export const refuseReadOnly = async (client: Client): Promise<void> => {
  const { rows } = await client.query<{ standby: boolean; default: string }>(
    `SELECT pg_is_in_recovery() AS standby, current_setting('default_transaction_read_only') AS default`,
  );
  if (!rows[0]!.standby && rows[0]!.default === "off") return;
  throw refusal({
    code: "TARGET_READ_ONLY",
    message: rows[0]!.standby
      ? "The server is a standby: it only follows another one."
      : "Sessions of this role or database are read-only (default_transaction_read_only).",
    remedy: rows[0]!.standby
      ? "Name the primary server with --target."
      : "ALTER ROLE or ALTER DATABASE … RESET default_transaction_read_only.",
  });
};

/** Nothing more is asked than what loading takes: a place for the tables and one for the ledger. */
const checkPrivileges = async (client: Client, schema: string, { database, user }: ServerFacts): Promise<void> => {
  const { rows } = await client.query<{ database: boolean; schema: boolean | null }>(
    `SELECT has_database_privilege(current_database(), 'CREATE') AS database,
            (SELECT has_schema_privilege(oid, 'CREATE') AND has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = $1) AS schema`,
    [schema],
  );
  const may = rows[0]!;
  if (may.schema === false)
    throw denied(
      `role "${user}" may not create tables in schema "${schema}" (GRANT USAGE, CREATE ON SCHEMA … is missing)`,
    );
  if (may.schema === null && !may.database)
    throw denied(`schema "${schema}" does not exist, and role "${user}" may not create it in database "${database}"`);
  if (!may.database && !(await ledgerExists(client)))
    throw denied(`role "${user}" may not create the schema "landbridge" for the ledger in database "${database}"`);
};

const denied = (what: string, cause?: unknown): LandbridgeError =>
  refusal({
    code: "TARGET_PRIVILEGES",
    message: `The target does not allow it: ${what}.`,
    remedy: "Let an administrator run GRANT CREATE ON DATABASE … TO this role, or use a role that may.",
    cause,
  });

const versionFindings = ({ version, versionNumber }: ServerFacts): Finding[] =>
  versionNumber < (NEWEST_KNOWN + 1) * 10_000
    ? []
    : [
        {
          code: "TARGET_NEWER_THAN_KNOWN",
          severity: "warning",
          where: "target",
          message: `PostgreSQL ${version} is newer than the versions that Landbridge is tested with (${OLDEST} to ${NEWEST_KNOWN}).`,
          remedy: "Read the report's proof with care; it does not depend on the version.",
          count: 1,
        },
      ];

const plainTextFindings = ({ tls }: ServerFacts, { config }: Target): Finding[] => {
  const host = config.host ?? "";
  if (tls || host.startsWith("/") || /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host)) return [];
  return [
    {
      code: "TARGET_PLAINTEXT",
      severity: "warning",
      where: "target",
      message: `The connection to ${host} is not encrypted: every value can be read on its way.`,
      remedy: "Add ?sslmode=verify-full&sslrootcert=<file of the CA> to the URL, or sslmode=require.",
      count: 1,
    },
  ];
};

/**
 * The disk can be known only where the server is ours. Tables take about the source's size, indexes and log as much again
 * and more.
 */
const checkSpace = async (
  client: Client,
  plan: Plan,
  { superuser }: ServerFacts,
  target: Target,
): Promise<Finding[]> => {
  if (!target.embedded || !superuser) return [];
  const { rows } = await client.query<{ directory: string }>("SELECT current_setting('data_directory') AS directory");
  const disk = await statfs(rows[0]!.directory).catch(() => undefined);
  if (disk === undefined) return [];
  const free = disk.bavail * disk.bsize;
  const said = `${mebibytes(free)} MiB are free for the embedded server, and the source has ${mebibytes(plan.source.bytes)} MiB`;
  const remedy = "Free some space, or name a server with more of it with --target.";
  if (free < plan.source.bytes) throw refusal({ code: "TARGET_NO_SPACE", message: `${said}.`, remedy });
  if (free > 3 * plan.source.bytes) return [];
  return [
    {
      code: "TARGET_SPACE_SCARCE",
      severity: "warning",
      where: "target",
      message: `${said}; three times that may be needed.`,
      remedy,
      count: 1,
    },
  ];
};

const mebibytes = (bytes: number): string => Math.round(bytes / 2 ** 20).toLocaleString("en");
