/** Full-text tables that are an index over other rows are filled again from those rows. */
import type { Database } from "better-sqlite3";
import { messageOf } from "../../errors.ts";
import type { FindingList } from "../../plan/findings.ts";
import { readCatalogue } from "../../source/catalogue/read.ts";
import { quoteSqlite } from "../../source/quote.ts";
import type { BackPlan } from "../model.ts";

/** Rebuilds them; what cannot be rebuilt (without content, there is nothing to read again) is said. */
export const rebuildSearch = (db: Database, { tables }: BackPlan, findings: FindingList): void => {
  const filled = new Set(tables.map(({ planned }) => planned.source));
  for (const { name, module } of readCatalogue(db).tables) {
    if (!/^fts[345]$/.test(module ?? "") || filled.has(name)) continue;
    try {
      db.exec(`INSERT INTO ${quoteSqlite(name)} (${quoteSqlite(name)}) VALUES ('rebuild')`);
      findings.add(
        "REVERSE_SEARCH_REBUILT",
        "info",
        name,
        `a full-text table (${module}), filled again from the rows that it searches`,
        "Nothing.",
      );
    } catch (error) {
      findings.add(
        "REVERSE_SEARCH_EMPTY",
        "warning",
        name,
        `a full-text table (${module}) without content of its own, which is made and stays empty: ${messageOf(error)}`,
        "Fill it as the application does, from the rows that it searches.",
      );
    }
  }
};
