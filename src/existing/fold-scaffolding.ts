/** An application's tables as they were before a run that was broken off began to take something down. */
import type { Client } from "pg";
import type { FoundTable } from "./read.ts";
import { piecesOf } from "./scaffolding.ts";

/** Puts what the ledger keeps of taken down objects back into the picture; nothing is changed in the database. */
export const foldScaffolding = async (
  client: Client,
  schema: string,
  tables: readonly FoundTable[],
): Promise<readonly FoundTable[]> => {
  const triggers = byTable(await piecesOf(client, schema, "trigger"));
  const indexes = byTable(await piecesOf(client, schema, "index"));
  const keys = byTable(await piecesOf(client, schema, "foreign key"));
  return tables.map((table) => ({
    ...table,
    triggers: table.triggers.map(
      (trigger) =>
        triggers
          .get(table.name)
          ?.find(({ name, relation }) => name === trigger.name && relation === trigger.relation) ?? trigger,
    ),
    indexes: merged(table.indexes, indexes.get(table.name) ?? []),
    constraints: merged(table.constraints, keys.get(table.name) ?? []),
  }));
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
