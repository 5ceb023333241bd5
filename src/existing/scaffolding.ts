/**
 * What a load into an application's own tables has taken down or put up around them, kept in the ledger. A row is written in
 * the transaction that does it and goes in the one that undoes it, so that a process may be killed anywhere.
 */
import type { Client } from "pg";
import type { ExistingConstraint, ExistingIndex, ExistingTrigger } from "./model.ts";

/** What stands in `facts`, by kind. */
export interface Facts {
  readonly trigger: ExistingTrigger;
  readonly index: ExistingIndex;
  readonly "foreign key": ExistingConstraint;
  /** A search column that has to be filled by its trigger. */
  readonly search: {
    readonly relation: string;
    readonly trigger: string;
    readonly columns: readonly string[];
    readonly on: readonly string[] | null;
  };
  /** Rows go into this table of the ledger's schema first, because the application's has rows already. */
  readonly staging: { readonly staged: string };
  /** The keys of the rows that such a table has got or has had already: what the proof looks at. */
  readonly keys: {
    readonly keys: string;
    readonly inserted: number;
    readonly updated: number;
    readonly skipped: number;
  };
}

export type Kind = keyof Facts;

export interface Piece<K extends Kind> {
  readonly id: string;
  readonly kind: K;
  readonly runId: string;
  /** Target names. */
  readonly table: string;
  readonly object: string;
  readonly facts: Facts[K];
}

/** Part of a transaction. */
export const note = async <K extends Kind>(
  client: Client,
  run: { readonly id: string; readonly schema: string },
  kind: K,
  { table, object, facts }: Pick<Piece<K>, "table" | "object" | "facts">,
): Promise<void> => {
  await client.query(
    `INSERT INTO landbridge.scaffolding (run_id, schema_name, kind, table_name, object_name, facts) VALUES ($1, $2, $3, $4, $5, $6)`,
    [run.id, run.schema, kind, table, object, JSON.stringify(facts)],
  );
};

/** Part of a transaction. */
export const forget = async (client: Client, { id }: Pick<Piece<Kind>, "id">): Promise<void> => {
  await client.query("DELETE FROM landbridge.scaffolding WHERE id = $1", [id]);
};

/** The pieces of one kind that stand in a schema, in the order in which they were noted; none where the ledger keeps none. */
export const piecesOf = async <K extends Kind>(client: Client, schema: string, kind: K): Promise<Piece<K>[]> => {
  if (!(await isReadable(client, "scaffolding"))) return [];
  const { rows } = await client.query<Omit<Piece<K>, "facts"> & { readonly facts: string }>(
    `SELECT id::text, kind, run_id AS "runId", table_name AS "table", object_name AS object, facts
     FROM landbridge.scaffolding WHERE schema_name = $1 AND kind = $2 ORDER BY scaffolding.id`,
    [schema, kind],
  );
  return rows.map((row) => ({ ...row, facts: JSON.parse(row.facts) as Facts[K] }));
};

/** Whether the ledger has this table, and this role may read it: one that may not is refused later, for a better reason. */
export const isReadable = async (client: Client, table: "runs" | "scaffolding"): Promise<boolean> => {
  const { rows } = await client.query<{ readable: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = 'landbridge' AND c.relname = $1 AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                      AND pg_catalog.has_table_privilege(c.oid, 'SELECT')) AS readable`,
    [table],
  );
  return rows[0]!.readable;
};
