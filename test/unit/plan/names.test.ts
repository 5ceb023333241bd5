import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldColumnName, foldName, MAX_NAME_BYTES, Namespace } from "../../../src/plan/names.ts";

describe("names", () => {
  it("keeps a name by default, whatever it holds", () => {
    expect(foldName('odd "name"; DROP TABLE x', "preserve")).toBe('odd "name"; DROP TABLE x');
  });

  it.each([
    ["authorId", "author_id"],
    ["HTTPServer", "http_server"],
    ["Order Details", "order_details"],
    ["already_snake", "already_snake"],
    ["ÄrgerNis", "ärger_nis"],
  ])("turns %s into snake case", (name, expected) => {
    expect(foldName(name, "snake")).toBe(expected);
  });

  it("cuts long names on a character's border and keeps two long names apart", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 40, maxLength: 120 }), (name) => {
        const [one, two] = [foldName(name, "preserve"), foldName(`${name}x`, "preserve")];
        expect(Buffer.byteLength(one)).toBeLessThanOrEqual(MAX_NAME_BYTES);
        // No character is cut in two: but for the hash, what is left is the name's own beginning.
        expect(one === name || name.startsWith(one.slice(0, -9))).toBe(true);
        expect(one).not.toBe(two);
      }),
    );
  });

  it("moves a column out of the way of PostgreSQL's system columns", () => {
    expect(foldColumnName("xmin", "preserve")).toBe("xmin_");
    expect(foldColumnName("oid", "preserve")).toBe("oid");
  });

  it("hands out every name once", () => {
    const names = new Namespace();
    const long = "x".repeat(70);
    const given = [names.claim("a"), names.claim("a"), names.claim("a"), names.claim(long), names.claim(long)];
    expect(new Set(given).size).toBe(5);
    expect(given.every((name) => Buffer.byteLength(name) <= MAX_NAME_BYTES)).toBe(true);
  });
});
