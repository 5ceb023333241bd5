import { describe, expect, it } from "vitest";
import { compareAnswers, type SqliteValue } from "../../../src/rehearsal/answers.ts";
import { rareWords } from "../../../src/rehearsal/search.ts";

const BOOLEAN = 16;
const one = (sqlite: SqliteValue, postgres: string | null, type = 0) =>
  compareAnswers([[sqlite]], [[postgres]], [type]).verdict;

describe("answers of both databases", () => {
  it.each<[string, SqliteValue, string | null, number]>([
    ["an integer", 7n, "7", 20],
    ["a large integer", 9007199254740993n, "9007199254740993", 20],
    ["nothing", null, null, 25],
    ["a boolean", 1n, "t", BOOLEAN],
    ["false", 0n, "f", BOOLEAN],
    ["a whole double", 3, "3", 701],
    ["a numeric with its scale", 12.5, "12.50", 1700],
    ["a sum of doubles in another order", 0.1 + 0.2, "0.3", 701],
    ["a time with T", "2024-01-02T03:04:05", "2024-01-02 03:04:05", 1114],
    ["a time in UTC", "2024-01-02 03:04:05Z", "2024-01-02 03:04:05+00", 1184],
    ["a time with zeros behind", "2024-01-02 03:04:05.120000", "2024-01-02 03:04:05.12", 1114],
    ["a blob", Buffer.from([0, 255]), "\\x00ff", 17],
    ["JSON", '{"b":1,"a":[1,2]}', '{"a": [1, 2], "b": 1}', 3802],
    ["text that looks like JSON and is none", "[draft] hello", "[draft] hello", 25],
  ])("are the same for %s, each in its own spelling", (_, sqlite, postgres, type) => {
    expect(one(sqlite, postgres, type)).toBe("same");
  });

  it.each<[string, SqliteValue, string | null]>([
    ["another integer", 7n, "8"],
    ["a neighbour beyond 2^53", 9007199254740993n, "9007199254740992"],
    ["NULL and an empty text", null, ""],
    ["another time", "2024-01-02T03:04:05", "2024-01-02 04:04:05"],
    ["another zone", "2024-01-02T03:04:05", "2024-01-02 03:04:05+02"],
    ["another case", "Ann", "ann"],
    ["another fraction", 0.3, "0.30001"],
  ])("differ for %s, and say where", (_, sqlite, postgres) => {
    const { verdict, difference } = compareAnswers([[1n, sqlite]], [["1", postgres]], [0, 0]);
    expect(verdict).toBe("different");
    expect(difference).toContain("row 1, column 2");
  });

  it("tell the same rows in another order, more rows, and more columns apart", () => {
    const rows = [[1n], [2n]];
    expect(compareAnswers(rows, [["2"], ["1"]], [20]).verdict).toBe("same rows in another order");
    expect(compareAnswers(rows, [["1"], ["1"]], [20]).verdict).toBe("different");
    expect(compareAnswers(rows, [["1"]], [20])).toMatchObject({ verdict: "different", sqliteRows: 2, postgresRows: 1 });
    expect(compareAnswers([[1n, 2n]], [["1"]], [20]).difference).toContain("2 columns");
    expect(compareAnswers([], [], []).verdict).toBe("same");
  });
});

describe("the words of a search", () => {
  it("are the rarest first, of letters alone and long enough to mean something", () => {
    const texts = ["the wagon and the harness", "the wagon, the Harness; x12345 naïveté", "harness of lamplight"];
    expect(rareWords(texts)).toEqual(["lamplight", "wagon", "harness"]);
    expect(rareWords(["a b c", "1234567"])).toEqual([]);
  });
});
