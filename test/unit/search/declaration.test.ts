import { describe, expect, it } from "vitest";
import { readSearchDeclaration } from "../../../src/source/search/declaration.ts";

const read = (sql: string) => readSearchDeclaration(`CREATE VIRTUAL TABLE "t" ${sql}`);

describe("what a full-text table declares", () => {
  it("is nothing where the table is none", () => {
    expect(read("USING rtree(id, a, b)")).toBeNull();
    expect(readSearchDeclaration("CREATE TABLE fts5 (a, b)")).toBeNull();
  });

  it("has columns in order, those that are not indexed among them", () => {
    expect(read(`USING fts5(title, "my body" UNINDEXED, [x, y])`)).toMatchObject({
      module: "fts5",
      columns: [
        { name: "title", indexed: true },
        { name: "my body", indexed: false },
        { name: "x, y", indexed: true },
      ],
      content: { kind: "own" },
      tokenizer: { name: "unicode61", stems: false, removeDiacritics: 1 },
    });
    expect(read("USING FTS4(title TEXT, id INTEGER NOT NULL, notindexed=id)")).toMatchObject({
      module: "fts4",
      columns: [
        { name: "title", indexed: true },
        { name: "id", indexed: false },
      ],
      tokenizer: { name: "simple" },
    });
  });

  it("has its text in itself, elsewhere or nowhere", () => {
    expect(read("USING fts5(a, content=docs, content_rowid='doc id')")?.content).toEqual({
      ...{ kind: "external", table: "docs", rowid: "doc id" },
    });
    expect(read('USING fts4(content="docs", a)')?.content).toEqual({ kind: "external", table: "docs", rowid: "rowid" });
    expect(read("USING fts5(a, content='', contentless_delete=1)")?.content).toEqual({ kind: "none", deletes: true });
    expect(read('USING fts4(content="", a)')?.content).toEqual({ kind: "none", deletes: false });
  });

  it.each([
    ["fts5(a, tokenize='porter')", { name: "unicode61", stems: true, removeDiacritics: 1 }],
    ["fts5(a, tokenize = 'porter ascii')", { name: "ascii", stems: true }],
    [
      `fts5(a, tokenize="unicode61 remove_diacritics 2 tokenchars '-_' separators 'x' categories 'L* N*'")`,
      { name: "unicode61", removeDiacritics: 2, tokenCharacters: "-_", separators: "x", categories: "L* N*" },
    ],
    ["fts5(a, tokenize='trigram case_sensitive 1')", { name: "trigram", caseSensitive: true, removeDiacritics: 0 }],
    ["fts5(a, tokenize='trigram remove_diacritics 1')", { name: "trigram", caseSensitive: false, removeDiacritics: 1 }],
    [
      'fts4(a, tokenize=unicode61 "remove_diacritics=0" "tokenchars=.=")',
      { name: "unicode61", removeDiacritics: 0, tokenCharacters: ".=" },
    ],
    ["fts4(a, tokenize=porter)", { name: "simple", stems: true }],
    ["fts3(a, tokenize porter)", { name: "simple", stems: true }],
    ["fts4(a, tokenize=icu de_AT)", { name: "icu", stems: false }],
    ["fts5(a, tokenize='mine with words')", { name: "mine" }],
  ])("cuts words as %s says", (module, tokenizer) => {
    expect(read(`USING ${module}`)?.tokenizer).toMatchObject(tokenizer);
  });

  it("has prefixes and other options", () => {
    expect(read("USING fts5(a, prefix='2 3', detail=none, columnsize=0)")).toMatchObject({
      ...{ prefixes: [2, 3], options: { detail: "none", columnsize: "0" } },
    });
    expect(read('USING fts4(a, prefix="1,4", languageid="lid", order=desc)')).toMatchObject({
      ...{ prefixes: [1, 4], options: { languageid: "lid", order: "desc" } },
    });
  });
});
