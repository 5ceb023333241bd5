/** The plan of a schema given as SQL, without a file and without a server. */
import Database from "better-sqlite3";
import { buildPlan } from "../../src/plan/build.ts";
import type { Capabilities } from "../../src/plan/capabilities.ts";
import { type Config, parseConfig } from "../../src/plan/config.ts";
import { entryOf } from "../../src/plan/drafts/tables.ts";
import type { Plan } from "../../src/plan/model.ts";
import { readCatalogue } from "../../src/source/catalogue/read.ts";
import { violatedChecks } from "../../src/source/checks.ts";
import { profileSource } from "../../src/source/profile.ts";
import { textRange } from "../../src/source/text-range.ts";

/** @param yaml as landbridge.yaml has it */
export const planOfSql = async (sql: string, yaml = "", capabilities: Capabilities | null = null): Promise<Plan> => {
  const db = new Database(":memory:");
  db.pragma("foreign_keys = OFF");
  db.exec(sql);
  const config: Config = parseConfig(yaml, "landbridge.yaml");
  const catalogue = readCatalogue(db);
  const profile = await profileSource(db, catalogue, { emit: () => undefined, signal: new AbortController().signal });
  const violations = Object.fromEntries(catalogue.tables.map((table) => [table.name, violatedChecks(db, table)]));
  const ranges = new Map(
    catalogue.tables.map(({ name }) => {
      const [column] = entryOf(config.tables, name)?.partition?.columns ?? [];
      return [name, column === undefined ? null : textRange(db, name, column)];
    }),
  );
  db.close();
  const source = { sha256: "0", bytes: 0, encoding: catalogue.encoding };
  return buildPlan({ catalogue, profile, config, only: [], violations, source, landbridge: "0", capabilities, ranges });
};

/** `severity CODE where` of every finding. */
export const remarks = ({ findings }: Plan): string[] =>
  findings.map(({ severity, code, where }) => `${severity} ${code} ${where}`);
