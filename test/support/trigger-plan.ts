/** The plan of a SQLite file that SQL makes in memory, as the triggers' tests want it. */
import Database from "better-sqlite3";
import { buildPlan } from "../../src/plan/build.ts";
import type { Config } from "../../src/plan/config.ts";
import type { Plan } from "../../src/plan/model.ts";
import { readCatalogue } from "../../src/source/catalogue/read.ts";
import type { Catalogue } from "../../src/source/model.ts";
import { profileSource } from "../../src/source/profile.ts";

export interface PlannedSource {
  readonly catalogue: Catalogue;
  readonly plan: Plan;
}

/** Plans what `sql` makes, with every translatable trigger accepted unless `config` says otherwise. */
export const planOfSource = async (
  sql: string,
  config: Config = { accept: ["TRIGGER_TRANSLATABLE"] },
): Promise<PlannedSource> => {
  const db = new Database(":memory:");
  try {
    db.exec(sql);
    const catalogue = readCatalogue(db);
    const context = { emit: () => undefined, signal: new AbortController().signal };
    const profile = await profileSource(db, catalogue, context);
    const plan = buildPlan({
      ...{ catalogue, profile, config, only: [], violations: {}, capabilities: null },
      ...{ source: { sha256: "0".repeat(64), bytes: 0, encoding: "UTF-8" as const }, landbridge: "0.0.0" },
    });
    return { catalogue, plan };
  } finally {
    db.close();
  }
};
