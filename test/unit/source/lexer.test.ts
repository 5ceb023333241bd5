import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tokenize } from "../../../src/source/lexer.ts";

const kinds = (sql: string): string[] =>
  tokenize(sql)
    .filter(({ kind }) => kind !== "space")
    .map(({ kind, value }) => `${kind}:${value}`);

describe("tokenize", () => {
  it("loses no character of any input", () => {
    const fragments = fc.constantFrom(
      "'",
      '"',
      "`",
      "[",
      "]",
      "--",
      "/*",
      "*/",
      "x'",
      "0x",
      "1_",
      ".",
      "e+",
      "->>",
      "a",
      "\n",
    );
    const text = fc.array(fc.oneof(fragments, fc.string({ unit: "binary" }))).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (sql) => {
        const tokens = tokenize(sql);
        expect(tokens.map((token) => token.text).join("")).toBe(sql);
        for (const token of tokens) expect(sql.startsWith(token.text, token.offset)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["\"a\"\"b\" [c d] `e``f` 'g''h'", ['quoted:a"b', "quoted:c d", "quoted:e`f", "string:g'h"]],
    ["x'0aFF' X'' x'0' ", ["blob:0aFF", "blob:", "bad:x'0'"]],
    [
      "1 1.5 .5 1. 1e10 1.5E-3 0xFF 1_000 0x1_F",
      "1 1.5 .5 1. 1e10 1.5E-3 0xFF 1000 0x1F".split(" ").map((n) => `number:${n}`),
    ],
    ["12ab 1__2 1_", ["bad:12ab", "bad:1__2", "bad:1_"]],
    [
      "a->>b->c||d<<1>>2==3!=4<>5<=6>=7",
      "a ->> b -> c || d << 1 >> 2 == 3 != 4 <> 5 <= 6 >= 7"
        .split(" ")
        .map((t) => (/\d/.test(t) ? `number:${t}` : /[a-z]/.test(t) ? `word:${t}` : `operator:${t}`)),
    ],
    [
      "a -- to the end\nb /* in * between */ c /* open",
      ["word:a", "comment:-- to the end", "word:b", "comment:/* in * between */", "word:c", "comment:/* open"],
    ],
    ["? ?12 :a @b $c", ["parameter:?", "parameter:?12", "parameter::a", "parameter:@b", "parameter:$c"]],
    ["Größe é$1 _x", ["word:Größe", "word:é$1", "word:_x"]],
    ["'open ", ["bad:'open "]],
    ["a ! b \\ c", ["word:a", "bad:!", "word:b", "bad:\\", "word:c"]],
    ["x 'a'", ["word:x", "string:a"]],
    ["t.1 t.a", ["word:t", "number:.1", "word:t", "operator:.", "word:a"]],
  ])("cuts %s", (sql, expected) => {
    expect(kinds(sql)).toEqual(expected);
  });
});
