import { describe, expect, it } from "vitest";
import { displayWidth, grid, truncate, wrap } from "../../../src/report/grid.ts";
import { textReport } from "../../../src/report/text.ts";
import { formatBytes, formatDuration, keyText, visible } from "../../../src/report/words.ts";
import { cleanReport, failedReport, hostileReport, troubledReport } from "../../support/report.ts";

describe("the text report", () => {
  it("is a hundred columns wide at most, save for words that cannot be broken", () => {
    for (const report of [cleanReport, troubledReport, failedReport])
      for (const line of textReport(report).split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(100);
  });

  it("names every rejected row, difference and broken constraint", () => {
    const text = textReport(troubledReport);
    expect(text).toContain("- Customer id=17, column name: NUL_IN_TEXT: Text with a NUL character at 5.");
    expect(text).toContain("SQLite      19.990");
    expect(text).toContain("- Payment id = 9: the row is not in PostgreSQL");
    expect(text).toContain("14 of 15 in force");
    expect(text).toContain("order_line_book_id_fkey");
  });

  it("passes no control or direction character on to a terminal", () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(textReport(hostileReport)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2066]/);
  });
});

describe("a grid", () => {
  it("aligns by cells, not by characters", () => {
    const lines = grid(
      [{ title: "name" }, { title: "n", align: "right" }],
      [
        ["美咲", "1"],
        ["e\u0301", "20"],
      ],
      40,
    );
    expect(lines).toEqual(["name   n", "────  ──", "美咲   1", "e\u0301     20"]);
  });

  it("shrinks only columns that may shrink, the widest first", () => {
    const lines = grid([{ title: "a", least: 4 }, { title: "b" }], [["x".repeat(50), "12345678"]], 20);
    expect(lines[2]).toBe("xxxxxxxxx…  12345678");
  });
});

describe("words", () => {
  it("truncate between characters that a reader sees as one", () => {
    expect(truncate("👩‍👩‍👧‍👧👩‍👩‍👧‍👧👩‍👩‍👧‍👧", 5)).toBe("👩‍👩‍👧‍👧👩‍👩‍👧‍👧…");
  });

  it("wrap at spaces with the following lines indented", () => {
    expect(wrap("one two three", 8, "  ")).toEqual(["one two", "  three"]);
  });

  it.each([
    [0.0314, "31 ms"],
    [4.2, "4.20 s"],
    [42, "42.0 s"],
    [185, "3 min 05 s"],
    [7380, "2 h 03 min"],
  ])("say %d seconds as %s", (seconds, words) => {
    expect(formatDuration(seconds)).toBe(words);
  });

  it.each([
    [1, "1 byte"],
    [1023, "1,023 bytes"],
    [4096, "4.0 KiB"],
    [2 ** 31, "2.0 GiB"],
  ])("say %d bytes as %s", (bytes, words) => {
    expect(formatBytes(bytes)).toBe(words);
  });

  it("read a ledger key as name and value, exactly", () => {
    expect(keyText({ a: 1, b: "x y" })).toBe('a=1, b="x y"');
    expect(keyText({ id: 9_007_199_254_740_993n })).toBe("id=9007199254740993");
  });

  it("shorten a huge text and say how long it was", () => {
    expect(visible("x".repeat(1000), { limit: 3 })).toBe("xxx… (1,000 characters)");
  });
});
