/** Puts back, exactly as it was, what was set aside: one object and its line in the ledger in one transaction. */
import type { Client } from "pg";
import { qualified, quoteIdentifier, quoteLiteral } from "../target/quote.ts";
import { forget, type Piece } from "./scaffolding.ts";

const ENABLE = { O: "ENABLE", A: "ENABLE ALWAYS", R: "ENABLE REPLICA", D: "DISABLE" } as const;

/** Part of a transaction. */
export const putBackTrigger = async (client: Client, piece: Piece<"trigger">): Promise<void> => {
  const { relation, name, enabled } = piece.facts;
  await client.query(`ALTER TABLE ${relation} ${ENABLE[enabled]} TRIGGER ${quoteIdentifier(name)}`);
  await forget(client, piece);
};

/** Part of a transaction. */
export const putBackIndex = async (client: Client, schema: string, piece: Piece<"index">): Promise<void> => {
  const { name, definition, comment } = piece.facts;
  await client.query(definition);
  if (comment !== null) await client.query(`COMMENT ON INDEX ${qualified(schema, name)} IS ${quoteLiteral(comment)}`);
  await forget(client, piece);
};

/**
 * Adds the key unless it is there; its line stays in the ledger until its rows have been looked at. Part of a transaction.
 * @param unchecked NOT VALID, whatever its definition says
 */
export const putBackKey = async (
  client: Client,
  schema: string,
  { table, facts: { name, definition, comment } }: Piece<"foreign key">,
  { unchecked }: { readonly unchecked: boolean },
): Promise<void> => {
  const relation = qualified(schema, table);
  if (await keyIsThere(client, relation, name)) return;
  const late = unchecked && !definition.endsWith("NOT VALID") ? " NOT VALID" : "";
  await client.query(`ALTER TABLE ${relation} ADD CONSTRAINT ${quoteIdentifier(name)} ${definition}${late}`);
  await commentKey(client, relation, name, comment);
};

const keyIsThere = async (client: Client, relation: string, name: string): Promise<boolean> => {
  const { rowCount } = await client.query(
    "SELECT FROM pg_catalog.pg_constraint WHERE conrelid = $1::regclass AND conname = $2",
    [relation, name],
  );
  return rowCount !== 0;
};

/** Once more, where the key has been taken away in between for orphans that were settled; not of one that could not be put back. */
export const commentReturnedKey = async (
  client: Client,
  schema: string,
  { table, facts: { name, comment } }: Piece<"foreign key">,
): Promise<void> => {
  const relation = qualified(schema, table);
  if (await keyIsThere(client, relation, name)) await commentKey(client, relation, name, comment);
};

const commentKey = async (client: Client, relation: string, name: string, comment: string | null): Promise<void> => {
  if (comment !== null)
    await client.query(`COMMENT ON CONSTRAINT ${quoteIdentifier(name)} ON ${relation} IS ${quoteLiteral(comment)}`);
};
