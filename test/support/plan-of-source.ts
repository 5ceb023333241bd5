/** The plan of a SQLite database that SQL makes in memory. */
import Database from "better-sqlite3";
import { buildPlan } from "../../src/plan/build.ts";
import type { Config } from "../../src/plan/config.ts";
import type { Plan } from "../../src/plan/model.ts";
import { readCatalogue } from "../../src/source/catalogue/read.ts";
import { violatedChecks } from "../../src/source/checks.ts";
import { profileSource } from "../../src/source/profile.ts";

export const planOfSource = async (sql: string, config: Config = {}): Promise<Plan> => {
  const db = new Database(":memory:");
  db.pragma("foreign_keys = OFF");
  db.exec(sql);
  const catalogue = readCatalogue(db);
  const profile = await profileSource(db, catalogue, { emit: () => undefined });
  const violations = Object.fromEntries(catalogue.tables.map((table) => [table.name, violatedChecks(db, table)]));
  db.close();
  const source = { sha256: "0", bytes: 0, encoding: catalogue.encoding };
  return buildPlan({ catalogue, profile, config, only: [], violations, source, landbridge: "0", capabilities: null });
};
