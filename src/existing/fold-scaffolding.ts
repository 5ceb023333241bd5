/** An application's tables as they were before a run of ours began to take something down. */
import type { Client } from "pg";
import { currentRuns, readStoredPlan } from "../target/runs.ts";
import type { ExistingConstraint, ExistingTable } from "./model.ts";
import type { FoundTable } from "./read.ts";
import { isReadable, piecesOf } from "./scaffolding.ts";

/**
 * Puts what the ledger keeps of taken down objects back into the picture; nothing is changed in the database. A foreign key
 * that a load has left NOT VALID, because rows have no parent, counts as it was before: the load itself has not changed.
 */
export const foldScaffolding = async (
  client: Client,
  schema: string,
  tables: readonly FoundTable[],
): Promise<readonly FoundTable[]> => {
  const triggers = byTable(await piecesOf(client, schema, "trigger"));
  const indexes = byTable(await piecesOf(client, schema, "index"));
  const keys = byTable(await piecesOf(client, schema, "foreign key"));
  const before = await loadedBefore(client, schema);
  return tables.map((table) => ({
    ...table,
    triggers: table.triggers.map(
      (trigger) =>
        triggers
          .get(table.name)
          ?.find(({ name, relation }) => name === trigger.name && relation === trigger.relation) ?? trigger,
    ),
    indexes: merged(table.indexes, indexes.get(table.name) ?? []),
    constraints: merged(table.constraints, keys.get(table.name) ?? []).map((key) =>
      asBefore(key, before.get(table.name)),
    ),
  }));
};

/** The tables of loads that stand in the schema, as their plans have them. */
const loadedBefore = async (client: Client, schema: string): Promise<ReadonlyMap<string, ExistingTable>> => {
  const tables = new Map<string, ExistingTable>();
  if (!(await isReadable(client, "runs"))) return tables;
  for (const run of await currentRuns(client, schema))
    for (const table of (await readStoredPlan(client, run.id)).existing?.tables ?? []) tables.set(table.name, table);
  return tables;
};

const NOT_VALID = / NOT VALID$/;

const asBefore = (key: ExistingConstraint, table: ExistingTable | undefined): ExistingConstraint => {
  if (key.kind !== "foreign key" || key.validated) return key;
  const known = table?.constraints.find(({ name }) => name === key.name);
  return known !== undefined && known.definition === key.definition.replace(NOT_VALID, "") ? known : key;
};

const byTable = <F>(pieces: readonly { readonly table: string; readonly facts: F }[]): ReadonlyMap<string, F[]> =>
  new Map(
    [...Map.groupBy(pieces, ({ table }) => table)].map(([table, ofTable]) => [
      table,
      ofTable.map(({ facts }) => facts),
    ]),
  );

/** What was taken down wins: a foreign key may be back already, but not validated. In the order of names, as the catalogue is read. */
const merged = <T extends { readonly name: string }>(there: readonly T[], taken: readonly T[]): readonly T[] =>
  [...there.filter(({ name }) => !taken.some((one) => one.name === name)), ...taken].toSorted((a, b) =>
    Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
  );
