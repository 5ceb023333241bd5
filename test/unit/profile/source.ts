/** In-memory sources for the profile's tests. */
import Database from "better-sqlite3";
import { readCatalogue } from "../../../src/source/catalogue/read.ts";
import type { Catalogue, Encoding, TableProfile } from "../../../src/source/model.ts";
import type { ProfileLimits } from "../../../src/source/profile/table.ts";
import { profileTable } from "../../../src/source/profile.ts";

const open: Database.Database[] = [];

export const source = (sql: string, encoding: Encoding = "UTF-8"): Database.Database => {
  const db = new Database(":memory:");
  open.push(db);
  db.pragma(`encoding = '${encoding}'`);
  db.exec(sql);
  return db;
};

/** The same file on a connection of its own: without the functions and cached schema of the first. */
export const reopened = (db: Database.Database): Database.Database => {
  const copy = new Database(db.serialize());
  open.push(copy);
  return copy;
};

export const closeSources = (): void => {
  for (const db of open.splice(0)) db.close();
};

export const catalogueOf = (db: Database.Database): Catalogue => readCatalogue(db);

export const profileOf = async (db: Database.Database, name: string, limits?: ProfileLimits): Promise<TableProfile> => {
  const catalogue = catalogueOf(db);
  const table = catalogue.tables.find((candidate) => candidate.name === name)!;
  return profileTable(db, table, catalogue.encoding, limits ? { limits } : {});
};
