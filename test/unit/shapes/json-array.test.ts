import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArrayStyle, asciiText, inspectJsonArray } from "../../../src/source/shapes/json-array.ts";
import { pythonNumber, sameNumber } from "../../../src/source/shapes/json-spelling.ts";
import { readsAsMoney } from "../../../src/source/shapes/money.ts";

const kindOf = (text: string): string | null => {
  const facts = inspectJsonArray(text, false);
  return facts === null ? null : `${facts.kind}${facts.wide ? " wide" : ""}`;
};

const stylesOf = (text: string): string[] => {
  const { styles = 0 } = inspectJsonArray(text, false) ?? {};
  return Object.entries(ArrayStyle).flatMap(([name, bit]) => ((styles & bit) === 0 ? [] : [name]));
};

describe("JSON arrays of scalars", () => {
  it.each([
    ["[]", "empty"],
    ["[ ]", "empty"],
    ["[null, null]", "empty"],
    ["[true,null,false]", "boolean"],
    ["[1,-2,0]", "integer"],
    ["[9007199254740993]", "integer wide"],
    ["[-9223372036854775808]", "integer wide"],
    ["[9223372036854775808]", "numeric"],
    ["[1,2.5]", "double"],
    ["[1e3, 1.10]", "double"],
    ["[0.1000000000000000055]", "numeric"],
    ["[9007199254740993, 0.5]", "numeric wide"],
    ['["a","b\\n"]', "text"],
    ['["0f8fad5b-d9cb-469f-a165-70867728950e"]', "uuid"],
    ['["0f8fad5b-d9cb-469f-a165-70867728950e","x"]', "text"],
    ['["0F8FAD5B-D9CB-469F-A165-70867728950E"]', "text"],
    ['[1,"a"]', null],
    ["[1,true]", null],
    ["[[1]]", null],
    ['[{"a":1}]', null],
    ['{"a":1}', null],
  ])("%s is of %s", (text, kind) => expect(kindOf(text)).toBe(kind));

  it.each([
    ["[1,2]", ["compact", "plainText", "asciiText", "javascript", "digits"]],
    ["[1, 2]", ["spaced", "plainText", "asciiText", "javascript", "digits"]],
    ["[1, 2,3]", ["plainText", "asciiText", "javascript", "digits"]],
    ["[ 1]", ["plainText", "asciiText", "javascript", "digits"]],
    ["[1.0, 0.5]", ["spaced", "plainText", "asciiText", "python", "digits"]],
    ["[1e-07]", ["compact", "spaced", "plainText", "asciiText", "python"]],
    ["[1e-7]", ["compact", "spaced", "plainText", "asciiText", "javascript"]],
    ['["é"]', ["compact", "spaced", "plainText", "javascript", "python", "digits"]],
    ['["\\u00e9"]', ["compact", "spaced", "asciiText", "javascript", "python", "digits"]],
    ['["\\u00E9"]', ["compact", "spaced", "javascript", "python", "digits"]],
    ['["a\\/b"]', ["compact", "spaced", "javascript", "python", "digits"]],
  ])("%s may have been written so: %j", (text, styles) => expect(stylesOf(text)).toEqual(styles));

  it("are recognised as what JSON.stringify has written of them", () => {
    const elements = fc.oneof(
      fc.array(fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"))),
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0))),
      fc.array(fc.boolean()),
    );
    fc.assert(
      fc.property(elements, (array) => {
        const text = JSON.stringify(array);
        const styles = stylesOf(text);
        expect(styles, text).toEqual(expect.arrayContaining(["compact", "plainText", "javascript"]));
        expect(stylesOf(asciiText(text)), text).toContain("asciiText");
        expect(inspectJsonArray(text, true)?.length).toBe(array.length);
      }),
    );
  });

  it("have numbers as Python writes them, which read back as the same", () => {
    expect([1, 0.5, 1e16, 1e15, 1e-5, 0.0001, 1.5e300, -0].map(pythonNumber)).toEqual(
      ["1.0", "0.5", "1e+16", "1000000000000000.0", "1e-05", "0.0001", "1.5e+300", "-0.0"], // from CPython's repr()
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(Number(pythonNumber(number))).toBe(number);
        expect(sameNumber(pythonNumber(number), String(number))).toBe(!Object.is(number, -0));
      }),
    );
  });
});

it.each([
  ...[
    "$1,234.50",
    "1.234,50 €",
    "€12",
    "EUR 12.50",
    "12.50 USD",
    "-$5",
    "($1,000)",
    "1,234,567",
    "1 234,50 zł",
    "£0.99",
  ].map((text) => [text, true] as const),
  ...["", "1234.50", "12", "1.5", "1.234", "$", "USD", "1,23,4 €x", "12 apples", "2024-01-01"].map(
    (text) => [text, false] as const,
  ),
])("%s reads as money: %s", (text, is) => expect(readsAsMoney(text)).toBe(is));
