import { describe, expect, it } from "vitest";
import { inspectJson, MAX_SAFE_DEPTH } from "../../../src/source/shapes/json.ts";
import { freshDatabase } from "../../support/database.ts";

const nested = (depth: number, open: string, close: string): string => `${open.repeat(depth)}1${close.repeat(depth)}`;

const database = await freshDatabase();

const asJsonb = async (text: string): Promise<string> => {
  const { rows } = await database.admin.query("SELECT $1::text::jsonb::text AS value", [text]);
  return (rows[0] as { value: string }).value;
};

describe("what is called safe for jsonb", () => {
  it.each([
    ["objects at the deepest safe level", nested(MAX_SAFE_DEPTH, '{"a":', "}")],
    ["arrays at the deepest safe level", nested(MAX_SAFE_DEPTH, "[", "]")],
    ["the largest written-out integer", `[${"9".repeat(131_072)}]`],
    ["the longest written-out fraction", `[0.${"1".repeat(16_383)}]`],
    ["the ends of double's range", "[1.7976931348623157e308,5e-324,-2.2250738585072014e-308]"],
    ["surrogate pairs and every short escape", '["\\ud83d\\ude00","\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9"]'],
    ["a key of every kind", '{"":1," ":2,"é":3,"\\u0065":4,"__proto__":5}'],
    ["an object with 100,000 keys", `{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":${i}`).join(",")}}`],
  ])("the server takes: %s", async (_, text) => {
    expect(inspectJson(text)).toEqual({ container: true, jsonbSafe: true });
    const kept = await asJsonb(text);
    if (text.length < 10_000) expect(JSON.parse(kept)).toEqual(JSON.parse(text));
  });

  it.each(['"\\u0000"', '"\\ud83d"', '"\\ude00\\ud83d"', "1e131073", "1E-20000", `0.${"1".repeat(16_384)}`])(
    "leaves out what the server refuses: %.40s",
    async (text) => {
      expect(inspectJson(text)?.jsonbSafe).toBe(false);
      await expect(asJsonb(text)).rejects.toThrow();
    },
  );

  it.each(['{"a":1,"a":2}', "-0.0", "1e1000"])("leaves out what the server would change: %s", async (text) => {
    expect(inspectJson(text)?.jsonbSafe).toBe(false);
    expect(await asJsonb(text)).not.toBe(text);
  });
});
