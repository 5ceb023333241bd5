/**
 * Finish, second part: primary keys, unique constraints and foreign keys (NOT VALID), by one session in the order of their
 * names, because two sessions that add keys between the same tables deadlock. Each takes its lock for a moment.
 */
import type { Client } from "pg";
import { LandbridgeError, messageOf } from "../errors.ts";
import type { Finding } from "../findings.ts";
import type { Statement } from "../plan/ddl/ddl.ts";
import type { PlanKey, PlanTable } from "../plan/model.ts";
import { qualified, quoteIdentifier } from "../target/quote.ts";
import { sqlState } from "../target/sqlstate.ts";
import { batchesOf } from "./batches.ts";
import { type Built, runStatements } from "./built.ts";
import type { Finishing } from "./finishing.ts";
import { indexFailure, shapeOf } from "./index-failure.ts";
import { EXAMPLES, keyText, listExamples, sourceNames, whereOf } from "./rows.ts";
import { inSession, type Session } from "./sessions.ts";

const BATCH = 50;

/** A lock that does not come blocks every reader that queues behind it, so each wait is short … */
export const LOCK_SETTINGS = { lock_timeout: "5s" } as const;
/** … and there are many: with the pauses between them some seven minutes, longer than most reports that hold a table. */
export const LOCK_ATTEMPTS = 25;

/** Adds what is missing of one kind after the other; `kinds` are in order, and so are the statements. */
export const addKeys = async (finishing: Finishing, built: Built, statements: readonly Statement[]): Promise<void> => {
  const missing = statements.filter((statement) => !built.has(statement) && hasIndex(finishing, built, statement));
  finishing.advance("keys", statements.length - missing.length);
  if (missing.length === 0) return;
  await inSession(finishing, LOCK_SETTINGS, async (session) => {
    for (const batch of batchesOf(missing, BATCH)) {
      const refused = await runStatements(session, finishing.schema, batch, LOCK_ATTEMPTS).catch(lockedOut);
      for (const { statement, error } of refused) await leaveOut(finishing, session, statement, error);
      finishing.advance(batch.at(-1)?.object ?? "", batch.length);
    }
  });
};

/** A key whose index could not be built has been left out with that index already; over partitions a key builds its own. */
const hasIndex = (finishing: Finishing, built: Built, { kind, table, object }: Statement): boolean =>
  kind === "foreign key" || finishing.table(table).partitioning !== null || built.has({ kind: "index", table, object });

export const lockedOut = (error: unknown): never => {
  if (sqlState(error) !== "55P03") throw error;
  throw new LandbridgeError({
    code: "TARGET_LOCKED",
    message: "Other sessions hold locks on the loaded tables, so that their keys cannot be added.",
    remedy: "End the sessions that read them (pg_stat_activity, pg_locks) and go on with --resume.",
    cause: error,
  });
};

const leaveOut = async (
  finishing: Finishing,
  session: Session,
  statement: Statement,
  error: unknown,
): Promise<void> => {
  const table = finishing.table(statement.table);
  const finding =
    statement.kind === "foreign key"
      ? notCreatable(finishing, table, statement.object, error)
      : await session.use(statement.object, (client) => keyFailure(client, finishing.schema, table, statement, error));
  finishing.leaveOut(statement.object, finding);
};

const notCreatable = (finishing: Finishing, table: PlanTable, name: string, error: unknown): Finding => {
  const key = table.foreignKeys.find((candidate) => candidate.name === name);
  const parent = key === undefined ? "" : ` to ${finishing.table(key.parent).source}`;
  return {
    code: "FK_NOT_CREATABLE",
    severity: "error",
    where: whereOf(table, key?.columns ?? []),
    message: `foreign key ${name}${parent} is left out: ${messageOf(error)}`,
    remedy:
      "Give the parent a primary key or unique constraint on these columns (see the other findings), then add the key by hand.",
    count: 1,
  };
};

const keyFailure = async (
  client: Client,
  schema: string,
  table: PlanTable,
  { kind, object }: Statement,
  error: unknown,
): Promise<Finding> => {
  const key = [...table.uniques, ...(table.primaryKey === null ? [] : [table.primaryKey])].find(
    ({ name }) => name === object,
  );
  if (sqlState(error) === "23502" && key !== undefined) return holdsNull(client, schema, table, key);
  if (table.partitioning !== null) return indexFailure(client, schema, table, shapeOf(table, object), error);
  return {
    code: "KEY_FAILED",
    severity: "error",
    where: whereOf(table, key?.columns ?? []),
    message: `${kind} ${object} is left out: ${messageOf(error)}`,
    remedy: "Add the constraint by hand; its unique index is there.",
    count: 1,
  };
};

/** SQLite takes NULL in every primary key but INTEGER PRIMARY KEY. */
const holdsNull = async (client: Client, schema: string, table: PlanTable, key: PlanKey): Promise<Finding> => {
  const { rows } = await client.query<{ key: string | null; total: string }>(
    `SELECT ${keyText(table, "t") ?? "NULL"} AS key, count(*) OVER () AS total FROM ${qualified(schema, table.target)} AS t
     WHERE ${key.columns.map((column) => `${quoteIdentifier(column)} IS NULL`).join(" OR ")} LIMIT ${EXAMPLES}`,
  );
  const total = Number(rows[0]?.total ?? 1);
  const examples = rows.flatMap((row) => (row.key === null || row.key === "" ? [] : [row.key]));
  return {
    code: "PRIMARY_KEY_HOLDS_NULL",
    severity: "error",
    where: whereOf(table, key.columns),
    message:
      `primary key (${sourceNames(table, key.columns).join(", ")}) is left out, its unique index is kept: ` +
      `${total} rows hold NULL${examples.length === 0 ? "" : `: ${listExamples(examples, total)}`}`,
    remedy: "Fill the column in the source and run again, or leave the table with its unique index.",
    count: total,
  };
};
