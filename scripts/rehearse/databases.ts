/** Databases of the rehearsal's own server: fresh ones for the application's tests and for a restored dump. */
import { connect } from "../../src/target/connect.ts";
import type { Target } from "../../src/target/model.ts";
import { otherDatabase } from "../../src/target/other-database.ts";
import { quoteIdentifier } from "../../src/target/quote.ts";

/** Makes an empty database; one of that name goes first. */
export const createDatabase = async (target: Target, name: string): Promise<Target> => {
  const client = await connect(target, "rehearsal databases");
  try {
    await client.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE template0 ENCODING 'UTF8'`);
  } finally {
    await client.end();
  }
  return otherDatabase(target, name);
};
