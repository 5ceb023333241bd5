/**
 * Prepare's last act: the plan's tables, empty. A table that is there already has to be the planned one; a default or a check
 * that PostgreSQL does not take is left out by name, so that one expression never stops a crossing.
 */
import type { Client } from "pg";
import { LandbridgeError, messageOf, refusal } from "../errors.ts";
import type { Finding } from "../findings.ts";
import {
  addCheck,
  createBareTable,
  createEnum,
  createTable,
  type SequenceNames,
  sequenceNames,
  setDefault,
} from "../plan/ddl/tables.ts";
import type { Plan, PlanColumn, PlanEnum, PlanTable } from "../plan/model.ts";
import { assertPlanned, type FoundTable, NOTHING_YET, readTables } from "./found-tables.ts";
import { isRefusal } from "./sqlstate.ts";
import { inTransaction } from "./transaction.ts";

/** Tables per transaction: some five locks each stay well below max_locks_per_transaction × max_connections. */
const BATCH = 200;

export interface Created {
  readonly findings: readonly Finding[];
  /** What PostgreSQL refused: names of checks, and `table.column` (target names) of defaults. */
  readonly leftOut: readonly string[];
}

interface LeftOut {
  readonly name: string;
  readonly finding: Finding;
}

/**
 * Makes the tables of the plan in `schema`, which exists. May be run again: tables that are there are compared, and only
 * their missing checks and defaults are tried once more.
 * @throws LandbridgeError TABLE_DIFFERS for a table with other columns, TABLE_REFUSED for one that cannot be made at all
 */
export const createTables = async (client: Client, plan: Plan, schema: string): Promise<Created> => {
  await createEnums(client, plan.enums, schema);
  const there = await readTables(client, schema);
  const left: LeftOut[] = [];
  await inTransaction(client, async () => {
    for (const table of plan.tables) {
      const found = there.get(table.target);
      if (found === undefined) continue;
      assertPlanned(table, schema, found);
      left.push(...(await addPieces(client, table, schema, found)));
    }
  });
  const missing = plan.tables.filter((table) => !there.has(table.target));
  const sequences = sequenceNames(plan);
  for (let start = 0; start < missing.length; start += BATCH)
    left.push(...(await createBatch(client, missing.slice(start, start + BATCH), schema, sequences)));
  return { findings: left.map(({ finding }) => finding), leftOut: left.map(({ name }) => name) };
};

/** @throws LandbridgeError TYPE_DIFFERS (refused) where the schema has another type of that name */
const createEnums = async (client: Client, enums: readonly PlanEnum[], schema: string): Promise<void> => {
  for (const type of enums) {
    const { rows } = await client.query<{ labels: string[] | null }>(
      `SELECT (SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid) AS labels
       FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = $1 AND t.typname = $2`,
      [schema, type.name],
    );
    const [there] = rows;
    if (there === undefined) await client.query(createEnum(type, schema));
    else if (JSON.stringify(there.labels) !== JSON.stringify(type.labels))
      throw refusal({
        code: "TYPE_DIFFERS",
        message: `Type ${type.name} in schema ${schema} is not the planned one.`,
        remedy: "Choose another schema with --schema, or drop the type if nobody needs it.",
      });
  }
};

/** All tables of the batch in one round trip; only where one is refused, each by itself, and that one in pieces. */
const createBatch = async (
  client: Client,
  batch: readonly PlanTable[],
  schema: string,
  sequences: SequenceNames,
): Promise<LeftOut[]> => {
  const statements = batch.map((table) => createTable(table, schema, sequences));
  if (await isTaken(client, statements.join("\n;\n"))) return [];
  const left: LeftOut[] = [];
  for (const [i, table] of batch.entries()) {
    if (await isTaken(client, statements[i]!)) continue;
    left.push(...(await createInPieces(client, table, schema, sequences)));
  }
  return left;
};

/** Runs the statements in one transaction; false where the server refuses one of them, and then none has happened. */
const isTaken = async (client: Client, statements: string): Promise<boolean> => {
  try {
    await inTransaction(client, () => client.query(statements));
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
};

const createInPieces = async (
  client: Client,
  table: PlanTable,
  schema: string,
  sequences: SequenceNames,
): Promise<LeftOut[]> => {
  try {
    return await inTransaction(client, async () => {
      await client.query(createBareTable(table, schema, sequences));
      return addPieces(client, table, schema, NOTHING_YET);
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new LandbridgeError({
      code: "TABLE_REFUSED",
      message: `PostgreSQL does not take table ${table.source}: ${messageOf(error)}`,
      remedy:
        "Look at what landbridge.yaml says of it (type:, add:, search:, partition:, …), or leave it out with `skip: true`.",
      cause: error,
    });
  }
};

/** The checks and defaults that a table lacks, each by itself; what is refused comes back. Needs an open transaction. */
const addPieces = async (client: Client, table: PlanTable, schema: string, found: FoundTable): Promise<LeftOut[]> => {
  const left: LeftOut[] = [];
  for (const check of table.checks) {
    if (found.checks.has(check.name)) continue;
    const reason = await refusedPiece(client, addCheck(table, schema, check));
    if (reason !== null) left.push({ name: check.name, finding: checkFinding(table, check.source, reason) });
  }
  for (const column of table.columns) {
    if (column.default === null || column.identity !== null || column.generated !== null) continue;
    if (found.columns.get(column.target)?.hasDefault === true) continue;
    const reason = await refusedPiece(client, setDefault(table, schema, column));
    if (reason !== null)
      left.push({ name: `${table.target}.${column.target}`, finding: defaultFinding(table, column, reason) });
  }
  return left;
};

/** The server's reason for refusing the statement, null where it took it; the transaction goes on either way. */
const refusedPiece = async (client: Client, statement: string): Promise<string | null> => {
  await client.query("SAVEPOINT piece");
  try {
    await client.query(statement);
    await client.query("RELEASE SAVEPOINT piece");
    return null;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await client.query("ROLLBACK TO SAVEPOINT piece");
    return messageOf(error);
  }
};

const checkFinding = (table: PlanTable, source: string, reason: string): Finding => ({
  code: "CHECK_REFUSED",
  severity: "error",
  where: table.source,
  message: `CHECK (${source}) is left out: ${reason}`,
  remedy: "Add the constraint by hand once its expression is written for PostgreSQL.",
  count: 1,
});

const defaultFinding = (table: PlanTable, column: PlanColumn, reason: string): Finding => ({
  code: "DEFAULT_REFUSED",
  severity: "error",
  where: `${table.source}.${column.source}`,
  message: `DEFAULT ${column.default} is left out: ${reason}`,
  remedy: "Set the column's default by hand, or give it in landbridge.yaml.",
  count: 1,
});
