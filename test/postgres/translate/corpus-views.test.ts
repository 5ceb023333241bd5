import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { corpusFile } from "../../support/corpus.ts";
import { freshDatabase } from "../../support/database.ts";
import { compareViews, copyTables, type ViewOutcome } from "./views-source.ts";

/** Translates every view of a real file and compares the rows; the reasons of those that do not cross. */
const crossed = async (
  path: string,
  tables?: readonly string[],
): Promise<{ equal: string[]; refused: Record<string, string> }> => {
  const source = new Database(path, { readonly: true });
  const { admin } = await freshDatabase();
  const outcomes: ViewOutcome[] = await compareViews(source, admin, await copyTables(source, admin, tables));
  source.close();
  const equal: string[] = [];
  const refused: Record<string, string> = {};
  for (const { name, translation, sourceRows, targetRows } of outcomes) {
    if (!translation.ok) refused[name] = translation.reason;
    else {
      expect([...targetRows].sort(), name).toEqual([...sourceRows].sort());
      equal.push(name);
    }
  }
  return { equal, refused };
};

const northwind = corpusFile("classic/northwind-jpwhite3.db");
const datasette = corpusFile("classic/datasette-fixtures.db");
const repros = corpusFile("edge/issue-repros.db");

describe("the views of real files (skipped where the corpus is absent)", () => {
  it.skipIf(northwind === null)("have SQLite's rows in Northwind", async () => {
    const { equal, refused } = await crossed(northwind!);
    expect(refused).toEqual({});
    expect(equal).toHaveLength(17);
  });

  it.skipIf(datasette === null)("have SQLite's rows in Datasette's fixtures", async () => {
    const { equal, refused } = await crossed(datasette!);
    expect(refused).toEqual({});
    expect(equal).toHaveLength(4);
  });

  it.skipIf(repros === null)(
    "have SQLite's rows in the repros, but for the one that reads a rowid that no column is",
    async () => {
      const { equal, refused } = await crossed(repros!, ["CamelTable", "e34_p", "e41_log"]);
      expect(refused).toEqual({ e41_v2: "the rowid has no equal" });
      expect(equal.sort()).toEqual(["I-view", "e41_trgv", "e41_v"]);
    },
  );
});
