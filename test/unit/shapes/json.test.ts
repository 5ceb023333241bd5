import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inspectJson, MAX_SAFE_DEPTH } from "../../../src/source/shapes/json.ts";

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe("JSON texts", () => {
  it("are the ones that JSON.parse takes, however they are broken", () => {
    const documents = fc.json({ maxDepth: 4 });
    const damage = fc.tuple(
      fc.nat(),
      fc.constantFrom("", ",", "}", "[", '"', "\\", "0", "-", ".", "e", " ", ":", "\n", "\u0000", "é"),
    );
    fc.assert(
      fc.property(documents, fc.array(damage, { maxLength: 3 }), (text, damages) => {
        let broken = text;
        for (const [at, what] of damages) {
          const position = at % (broken.length + 1);
          broken = broken.slice(0, position) + what + broken.slice(position + (at % 2));
        }
        expect(inspectJson(broken) !== null, broken).toBe(parses(broken));
      }),
      { numRuns: 2_000 },
    );
  });

  it("are jsonb-safe where a program wrote them from ordinary values", () => {
    const values = fc
      .jsonValue({ noUnicodeString: false })
      .filter((value) => !/\\u0000|\\ud|-0[,\]}]|-0$/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(values, (value) => {
        const container = typeof value === "object" && value !== null;
        expect(inspectJson(JSON.stringify(value))).toEqual({ container, jsonbSafe: true });
        expect(inspectJson(JSON.stringify(value, null, 2))).toEqual({ container, jsonbSafe: true });
      }),
    );
  });

  it.each([
    "",
    " ",
    "{a:1}",
    "{'a':1}",
    "[1,]",
    "{,}",
    '{"a":1,}',
    "01",
    "+1",
    ".5",
    "5.",
    "1e",
    "NaN",
    "Infinity",
    "0x10",
    '"\t"',
    '"\\x41"',
    '"\\u12g4"',
    '"abc',
    "[1 2]",
    "[1]]",
    "nul",
    "// a\n1",
    "\ufeff{}",
    "\u00a01",
    '{"a" 1}',
    "[",
    "{",
    '{"a":',
  ])("do not include %j", (text) => {
    expect(parses(text)).toBe(false);
    expect(inspectJson(text)).toBeNull();
  });

  it.each([
    ['{"a":1,"a":2}', "duplicate keys"],
    ['{"x":{"b":[{"a":1,"\\u0061":2}]}}', "duplicate keys"],
    ['{"b":{"a":1},"c":[{}],"b":2}', "duplicate keys"],
    ['"\\u0000"', "\\u0000 in a string"],
    ['{"\\u0000":1}', "\\u0000 in a string"],
    ['["\\ud83d"]', "a lone surrogate in a string"],
    ['["\\ud83d\\u0041"]', "a lone surrogate in a string"],
    ['["\\ude00\\ud83d"]', "a lone surrogate in a string"],
    ["[-0]", "a negative zero"],
    ["[-0.00]", "a negative zero"],
    ["[-0e3]", "a negative zero"],
    ["[1e131071]", "an exponent that jsonb writes out in full"],
    ["[1E-20000]", "an exponent that jsonb writes out in full"],
    ["[1e99999999999999999999]", "an exponent that jsonb writes out in full"],
    [`[0.${"1".repeat(16_384)}]`, "a number that numeric cannot hold"],
  ])("keep %j out of jsonb", (text, reason) => {
    expect(inspectJson(text)).toEqual({ container: /^[[{]/.test(text), jsonbSafe: false, reason });
  });

  it.each([
    '{"a":{"a":1},"b":[{"a":1},{"a":2}]}',
    '["\\ud83d\\ude00"]',
    "[1e308,5e-324,0,0.0,-1,1.50]",
    '{"":1}',
    "[]",
    "{}",
  ])("let %j into jsonb", (text) => {
    expect(inspectJson(text)).toEqual({ container: true, jsonbSafe: true });
  });

  it("find a duplicate among many keys, however it is escaped", () => {
    const keys = Array.from({ length: 500 }, (_, i) => `"key${i}":${i}`);
    expect(inspectJson(`{${keys.join(",")}}`)?.jsonbSafe).toBe(true);
    expect(inspectJson(`{${keys.join(",")},"\\u006bey7":0}`)?.reason).toBe("duplicate keys");
    expect(inspectJson(`[{${keys.join(",")}},{"key7":0}]`)?.jsonbSafe).toBe(true);
  });

  it("may be nested to any depth without a stack", () => {
    const nested = (depth: number) => `${'{"a":['.repeat(depth / 2)}${"]}".repeat(depth / 2)}`;
    expect(inspectJson(nested(MAX_SAFE_DEPTH))?.jsonbSafe).toBe(true);
    expect(inspectJson(nested(200_000))).toEqual({
      container: true,
      jsonbSafe: false,
      reason: `nested deeper than ${MAX_SAFE_DEPTH} levels`,
    });
  });

  it("are told one by one: a broken document leaves nothing behind for the next", () => {
    expect(inspectJson('{"a":1,"b":{"c":-0')).toBeNull();
    expect(inspectJson('{"a":1,"b":2}')).toEqual({ container: true, jsonbSafe: true });
  });
});
