import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BOOLEAN_PAIRS } from "../../../src/source/shapes/boolean.ts";
import { decimalSize, readDecimal, shortestDecimal } from "../../../src/source/shapes/decimal.ts";
import { readUuid } from "../../../src/source/shapes/uuid.ts";

describe("UUIDs", () => {
  it("tells the four spellings apart", () => {
    const uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";
    expect(readUuid(uuid)).toBe("lower");
    expect(readUuid(uuid.toUpperCase())).toBe("upper");
    expect(readUuid(uuid.replaceAll("-", ""))).toBe("hex-lower");
    expect(readUuid(uuid.replaceAll("-", "").toUpperCase())).toBe("hex-upper");
    expect(readUuid("00000000-0000-0000-0000-000000000000")).toBe("lower");
    expect(readUuid("0".repeat(32))).toBe("hex-lower");
  });

  it("knows the spellings that a column has beside others only", () => {
    for (const text of [
      "0F8fad5b-d9cb-469f-a165-70867728950e",
      "0F8fad5bd9cb469fa16570867728950e",
      "{0f8fad5b-d9cb-469f-a165-70867728950e}",
      "{0F8FAD5B-D9CB-469F-A165-70867728950E}",
      "urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e",
      "URN:UUID:0f8fad5b-d9cb-469f-a165-70867728950e",
    ])
      expect(readUuid(text), text).toBe("other");
  });

  it("refuses half a brace, misplaced dashes and other alphabets", () => {
    for (const text of [
      "{0f8fad5b-d9cb-469f-a165-70867728950e",
      "{0f8fad5bd9cb469fa16570867728950e}",
      "uuid:urn:0f8fad5b-d9cb-469f-a165-70867728950e",
      "{0f8fad5b-d9cb-469f-a165-70867728950}",
      "0f8fad5bd-9cb-469f-a165-70867728950e",
      "0f8fad5b-d9cb-469f-a165-70867728950g",
      "0f8fad5b-d9cb-469f-a165-7086772895٠e",
      "0f8fad5b",
      "",
    ])
      expect(readUuid(text), text).toBeNull();
  });
});

describe("decimals", () => {
  it.each([
    ["0", 0, 0],
    ["10.50", 2, 2],
    ["-0.05", 0, 2],
    ["123456789012345678901234567890", 30, 0],
  ])("reads %j as %i digits before the point and %i after", (text, integerDigits, scale) => {
    expect(readDecimal(text)).toEqual({ integerDigits, scale });
  });

  it.each(["", "-", "+1", "01", "-00.1", ".5", "5.", "1e3", "-0", "-0.00", "1,5", " 1", "1 ", "NaN", "0x10", "١"])(
    "refuses %j, which numeric would spell otherwise",
    (text) => {
      expect(readDecimal(text)).toBeNull();
    },
  );

  it("refuses what numeric cannot hold", () => {
    expect(readDecimal("9".repeat(131_072))).not.toBeNull();
    expect(readDecimal("9".repeat(131_073))).toBeNull();
    expect(readDecimal(`0.${"1".repeat(16_384)}`)).toBeNull();
  });

  it("renders every double as a plain decimal that is read back as the same double", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = shortestDecimal(value);
        expect(text).toMatch(/^-?\d+(\.\d+)?$/);
        expect(Number(text)).toBe(value === 0 ? 0 : value);
        if (!Object.is(value, -0)) expect(readDecimal(text)).toEqual(decimalSize(value));
      }),
    );
  });

  it("writes exponents out", () => {
    expect(shortestDecimal(1.5e21)).toBe("1500000000000000000000");
    expect(shortestDecimal(-1.25e-7)).toBe("-0.000000125");
    expect(() => shortestDecimal(Number.POSITIVE_INFINITY)).toThrow(RangeError);
  });
});

it("has no boolean word in two pairs with opposite meaning", () => {
  const no = new Set(BOOLEAN_PAIRS.map(([word]) => word));
  expect(BOOLEAN_PAIRS.filter(([, yes]) => no.has(yes))).toEqual([]);
});
