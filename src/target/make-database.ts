/** The database itself, where an administrator's URL names one that is not there yet. */
import type { Client } from "pg";
import { LandbridgeError } from "../errors.ts";
import { connect } from "./connect.ts";
import type { Target } from "./model.ts";
import { otherDatabase } from "./other-database.ts";
import { quoteIdentifier } from "./quote.ts";
import { sqlState } from "./sqlstate.ts";

/** Every server has the second; the first is for this. */
const MAINTENANCE = ["postgres", "template1"] as const;

export interface Opened {
  readonly client: Client;
  /** The database was not there and has been made. */
  readonly made: boolean;
}

/**
 * Connects, and makes the database in UTF8 where the server has none of that name.
 * @throws LandbridgeError as `connect`; TARGET_DATABASE_MISSING where this role may not make it
 */
export const openOrMake = async (target: Target, purpose: string): Promise<Opened> => {
  try {
    return { client: await connect(target, purpose), made: false };
  } catch (error) {
    if (!(error instanceof LandbridgeError) || error.code !== "TARGET_DATABASE_MISSING") throw error;
    await make(target, error);
    return { client: await connect(target, purpose), made: true };
  }
};

const make = async (target: Target, missing: LandbridgeError): Promise<void> => {
  const client = await connectToAny(target, missing);
  try {
    const name = quoteIdentifier(String(target.config.database));
    await client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  } catch (error) {
    // Somebody else has just made it.
    if (sqlState(error) === "42P04") return;
    throw sqlState(error) === "42501" ? missing : error;
  } finally {
    await client.end();
  }
};

const connectToAny = async (target: Target, missing: LandbridgeError): Promise<Client> => {
  for (const database of MAINTENANCE) {
    try {
      return await connect(otherDatabase(target, database), "init");
    } catch (error) {
      if (!(error instanceof LandbridgeError)) throw error;
    }
  }
  throw missing;
};
