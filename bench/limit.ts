/** The limit: what one backend needs to load the same rows from prepared binary files, with nothing before or after. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { quoteIdentifier, quoteLiteral } from "../src/target/quote.ts";

/** Seconds of server-side `COPY … FROM` for the tables of a loaded schema, into fresh tables without indexes, one transaction each. */
export const measureLimit = async (client: Client, schema: string, directory: string): Promise<number> => {
  // The server writes and reads these files itself, possibly as another user.
  mkdirSync(directory, { recursive: true, mode: 0o777 });
  const { rows } = await client.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = $1 AND relkind = 'r' ORDER BY 1",
    [schema],
  );
  const files = rows.map(({ name }, i) => ({ name, file: quoteLiteral(join(directory, `${i}.copy`)) }));
  for (const { name, file } of files)
    await client.query(`COPY ${quoteIdentifier(schema)}.${quoteIdentifier(name)} TO ${file} (FORMAT binary)`);
  await client.query("DROP SCHEMA IF EXISTS the_limit CASCADE; CREATE SCHEMA the_limit");
  await client.query("CHECKPOINT");
  let seconds = 0;
  for (const { name, file } of files) {
    const table = `the_limit.${quoteIdentifier(name)}`;
    await client.query(
      `CREATE TABLE ${table} (LIKE ${quoteIdentifier(schema)}.${quoteIdentifier(name)} INCLUDING CONSTRAINTS)`,
    );
    const started = performance.now();
    await client.query(`BEGIN; TRUNCATE ${table}`);
    await client.query(`COPY ${table} FROM ${file} (FORMAT binary, FREEZE)`);
    await client.query("COMMIT");
    seconds += (performance.now() - started) / 1000;
  }
  await client.query("DROP SCHEMA the_limit CASCADE");
  return seconds;
};
