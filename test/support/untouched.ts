/** Everything that a database holds, in a form that two moments can be compared by: objects, privileges, settings, and each row with who wrote it. */
import type { Client } from "pg";
import { qualified } from "../../src/target/quote.ts";

/** Two calls give the same lines exactly if nothing was made, dropped, changed or written in between, not even rewritten with the same content. */
export const everythingIn = async (client: Client): Promise<readonly string[]> => {
  const catalogue = await client.query<{ line: string }>(CATALOGUE);
  const tables = await client.query<{ schema: string; name: string }>(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND ${OURS} ORDER BY 1, 2`,
  );
  const lines = catalogue.rows.map(({ line }) => line);
  for (const { schema, name } of tables.rows) {
    const { rows } = await client.query<{ line: string }>(
      `SELECT format('%s rows, %s', count(*), md5(coalesce(string_agg(xmin::text || ctid::text || t::text, ';' ORDER BY ctid), ''))) AS line
       FROM ${qualified(schema, name)} t`,
    );
    lines.push(`${schema}.${name}: ${rows[0]!.line}`);
  }
  return lines;
};

const OURS = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_t%'";

const CATALOGUE = `
  SELECT format('schema %s %s', nspname, nspacl) AS line FROM pg_namespace n WHERE ${OURS}
  UNION ALL SELECT format('relation %s.%s %s %s %s', n.nspname, relname, c.oid, relfilenode, relacl) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE ${OURS}
  UNION ALL SELECT format('column %s %s %s %s', attrelid::regclass, attname, atttypid::regtype, attnotnull) FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace WHERE attnum > 0 AND ${OURS}
  UNION ALL SELECT format('constraint %s %s', c.oid, pg_get_constraintdef(c.oid)) FROM pg_constraint c JOIN pg_namespace n ON n.oid = connamespace WHERE ${OURS}
  UNION ALL SELECT format('routine %s', p.oid::regprocedure) FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE ${OURS}
  UNION ALL SELECT format('type %s', t.oid::regtype) FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace WHERE ${OURS}
  UNION ALL SELECT format('sequence %s %s', s.seqrelid::regclass, pg_sequence_last_value(s.seqrelid)) FROM pg_sequence s
  UNION ALL SELECT format('extension %s', extname) FROM pg_extension
  UNION ALL SELECT format('setting %s %s %s', setdatabase, setrole, setconfig) FROM pg_db_role_setting
  ORDER BY 1`;
