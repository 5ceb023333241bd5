import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { readCatalogue } from "../../../src/source/catalogue/read.ts";
import { profileSource } from "../../../src/source/profile.ts";
import { quoteSqlite } from "../../../src/source/quote.ts";
import { CORPUS_ABSENT, corpusFile, corpusFiles } from "../../support/corpus.ts";

const files = corpusFiles();

describe("real files", () => {
  it.skipIf(files.length > 0)(CORPUS_ABSENT, () => {});

  it.each(files)("counts in %s what SQLite counts", async (file) => {
    const db = new Database(corpusFile(file)!, { readonly: true });
    try {
      const catalogue = readCatalogue(db);
      const { tables } = await profileSource(db, catalogue, { emit: () => {} });
      const ordinary = catalogue.tables.filter(({ kind }) => kind === "table");
      expect(Object.keys(tables)).toEqual(ordinary.map(({ name }) => name));
      for (const { name: table } of ordinary) {
        const profile = tables[table]!;
        for (const [name, column] of Object.entries(profile.columns)) {
          if (column.firstKeys["unreadable"] !== undefined) continue;
          const cell = quoteSqlite(name);
          const counted = db
            .prepare(
              `SELECT count(*) AS rows, total(typeof(${cell}) = 'null') AS nulls, total(typeof(${cell}) = 'integer') AS integers,
                 total(typeof(${cell}) = 'real') AS reals, total(typeof(${cell}) = 'text') AS texts, total(typeof(${cell}) = 'blob') AS blobs,
                 CAST(min(${cell}) FILTER (WHERE typeof(${cell}) = 'integer') AS TEXT) AS minInteger,
                 CAST(max(${cell}) FILTER (WHERE typeof(${cell}) = 'integer') AS TEXT) AS maxInteger,
                 ifnull(max(octet_length(${cell})) FILTER (WHERE typeof(${cell}) = 'blob'), 0) AS maxBlobBytes,
                 total(typeof(${cell}) = 'text' AND json_valid(${cell}, 1)) AS json
               FROM ${quoteSqlite(table)}`,
            )
            .get() as Record<string, unknown>;
          const { rows, json, ...counts } = counted;
          expect(profile.rows, `${table}`).toBe(rows);
          expect(column, `${table}.${name}`).toMatchObject(counts);
          if (column.shapes.json > 0) expect(column.shapes.json, `${table}.${name}`).toBe(json);
        }
      }
    } finally {
      db.close();
    }
  });
});
