/** What tables hold, as one number each: whether a restored dump is what was dumped. */
import type { Client } from "pg";
import { qualified } from "../target/quote.ts";

export interface Digest {
  readonly rows: number;
  /** A sum over the rows' hashes: the order of rows, which a restore does not keep, does not matter. */
  readonly hash: string;
}

/** Every ordinary table of a schema, by name. */
export const digestSchema = async (client: Client, schema: string): Promise<ReadonlyMap<string, Digest>> => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind = 'r' ORDER BY 1`,
    [schema],
  );
  const digests = new Map<string, Digest>();
  for (const { name } of rows) {
    // t.*, not t: a column may be called so.
    const digest = await client.query<{ rows: string; hash: string }>(
      `SELECT count(*) AS rows, coalesce(sum(hashtextextended((t.*)::text, 0)::numeric), 0)::text AS hash
       FROM ${qualified(schema, name)} t`,
    );
    digests.set(name, { rows: Number(digest.rows[0]!.rows), hash: digest.rows[0]!.hash });
  }
  return digests;
};

/** Tables that the second does not hold as the first does. */
export const differingTables = (
  first: ReadonlyMap<string, Digest>,
  second: ReadonlyMap<string, Digest>,
): readonly string[] =>
  [...first].flatMap(([name, { rows, hash }]) => {
    const other = second.get(name);
    return other?.rows === rows && other.hash === hash ? [] : [name];
  });
