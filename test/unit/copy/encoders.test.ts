import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CopyBuffer } from "../../../src/copy/encode/buffer.ts";
import { compileEncoder } from "../../../src/copy/encode/compile.ts";
import { CLEANED, InvalidText, type SqliteValue } from "../../../src/copy/encode/reject.ts";
import type { PlanColumn, Policies } from "../../../src/plan/model.ts";
import type { Encoding } from "../../../src/source/model.ts";
import { fitsSpelling, readIsoDate, readIsoDateTime, readIsoTime } from "../../../src/source/shapes/datetime.ts";
import { readEpoch } from "../../../src/source/shapes/epoch.ts";
import { readUuid } from "../../../src/source/shapes/uuid.ts";
import { type GivenColumn, planOf } from "../../support/plan.ts";

const REJECT: Policies = { nul: "reject", invalidText: "reject", invalidJson: "reject", orphans: "keep" };

interface Options {
  readonly policies?: Partial<Policies>;
  readonly encoding?: Encoding;
}

/** One value through a table of one column: the field's bytes in hex ("null" for NULL), or the code of the rejection. */
const encode = (
  column: Omit<GivenColumn, "target">,
  value: SqliteValue,
  { policies, encoding = "UTF-8" }: Options = {},
): string => {
  const [table] = planOf({ tables: [{ target: "t", columns: [{ target: "c", ...column }] }] }).tables;
  const out = new CopyBuffer(16);
  const outcome = compileEncoder(table!, { ...REJECT, ...policies }, encoding).encode([value], out);
  if (outcome !== null && outcome !== CLEANED) {
    expect(out.length).toBe(0);
    return outcome.code;
  }
  expect(out.bytes.readInt16BE(0)).toBe(1);
  const length = out.bytes.readInt32BE(2);
  if (length === -1) return "null";
  expect(out.length).toBe(6 + length);
  return (outcome === CLEANED ? "cleaned " : "") + out.bytes.subarray(6, out.length).toString("hex");
};

type Case = readonly [what: string, column: Omit<GivenColumn, "target">, value: SqliteValue, expected: string];

const numeric = { type: { name: "numeric" } } as const;
const price = { type: { name: "numeric", precision: 6, scale: 2 } } as const;
const small = { type: { name: "smallint" } } as const;
const integer = { type: { name: "integer" } } as const;
const double = { type: { name: "double precision" } } as const;
const yes = { type: { name: "boolean" }, form: { kind: "boolean-text", false: "no", true: "yes" } } as const;
const anyText = { type: { name: "text" }, form: { kind: "any" } } as const;
const anyShort = { type: { name: "varchar", length: 3 }, form: { kind: "any" } } as const;
const anyBytes = { type: { name: "bytea" }, form: { kind: "any" } } as const;
const varchar = { type: { name: "varchar", length: 3 } } as const;
const json = { type: { name: "json" }, form: { kind: "json", numbers: true } } as const;
const jsonb = { type: { name: "jsonb" }, form: { kind: "json", numbers: false } } as const;
const moment = (fraction: 0 | 3 | 6 | "0or6" | "trimmed", zone: "" | "Z" = "") =>
  ({
    type: { name: "timestamp" },
    form: { kind: "iso-datetime", separator: "T", seconds: true, fraction, zone },
  }) as const;
const epoch = (unit: "s" | "ms" | "us", storage: "integer" | "real" = "integer") =>
  ({ type: { name: "timestamptz" }, form: { kind: "epoch", unit, storage } }) as const;
const uuid = (spelling: "lower" | "upper" | "hex-lower" | "blob") =>
  ({ type: { name: "uuid" }, form: { kind: "uuid", spelling } }) as const;

const hex = (text: string): string => Buffer.from(text).toString("hex");

describe("bytes as PostgreSQL's binary formats have them", () => {
  test.each<Case>([
    ["smallint", small, -2n, "fffe"],
    ["smallint past its range", small, 32_768n, "OUT_OF_RANGE"],
    ["integer", integer, 305_419_896n, "12345678"],
    ["integer past its range", integer, -2_147_483_649n, "OUT_OF_RANGE"],
    ["bigint", {}, -9_223_372_036_854_775_808n, "8000000000000000"],
    ["bigint over both halves", {}, -4_294_967_297n, "fffffffeffffffff"],
    ["REAL in a bigint", {}, 1, "NOT_AN_INTEGER"],
    ["text in a bigint", {}, "1", "NOT_AN_INTEGER"],
    ["double", double, -0.0, "8000000000000000"],
    ["double of an integer", double, 9_007_199_254_740_992n, "4340000000000000"],
    ["double of an integer that it cannot hold", double, 9_007_199_254_740_993n, "OUT_OF_RANGE"],
    ["double of infinity", double, Number.NEGATIVE_INFINITY, "fff0000000000000"],
    ["numeric zero", numeric, 0n, "0000000000000000"],
    ["numeric", numeric, "12345.670", "0003000100000003" + "0001" + "0929" + "1a2c"],
    ["numeric below one", numeric, -0.0001, "0001ffff40000004" + "0001"],
    ["numeric of a large double", numeric, 1e21, "0001000500000000" + "000a"],
    ["numeric infinity", numeric, Number.POSITIVE_INFINITY, "00000000d0000000"],
    ["numeric minus infinity", numeric, Number.NEGATIVE_INFINITY, "00000000f0000000"],
    ["infinity where a precision forbids it", price, Number.POSITIVE_INFINITY, "OUT_OF_RANGE"],
    ["negative zero, which numeric has not", numeric, -0.0, "OUT_OF_RANGE"],
    ["text that is no plain decimal", numeric, "1e3", "NOT_A_NUMBER"],
    ["more digits than the scale", price, 1.005, "SCALE_EXCEEDED"],
    ["zeros past the scale", price, "1.5000", "0002000000000004" + "0001" + "1388"],
    ["more digits than the precision", price, 10_000n, "OUT_OF_RANGE"],
    ["boolean", { type: { name: "boolean" } }, 1n, "01"],
    ["an integer that is no boolean", { type: { name: "boolean" } }, 2n, "NOT_A_BOOLEAN"],
    ["REAL that is no boolean", { type: { name: "boolean" } }, 1, "NOT_A_BOOLEAN"],
    ["boolean by words", yes, "no", "00"],
    ["another word", yes, "NO", "NOT_A_BOOLEAN"],
    ["text", { type: { name: "text" } }, "é€😀", "c3a9e282acf09f9880"],
    ["empty text", { type: { name: "text" } }, "", ""],
    ["blob in text", { type: { name: "text" } }, Buffer.from("a"), "WRONG_STORAGE_CLASS"],
    ["varchar in characters, not units", varchar, "😀😀😀", "f09f9880f09f9880f09f9880"],
    ["trailing blanks past varchar's length", varchar, "ab     ", "TOO_LONG"],
    ["bytea", { type: { name: "bytea" } }, Buffer.from([0, 255]), "00ff"],
    ["text in bytea", { type: { name: "bytea" } }, "a", "WRONG_STORAGE_CLASS"],
    ["any integer as text", anyText, 1n, hex("1")],
    ["any real as text", anyText, 1, hex("1.0")],
    ["negative zero as text", anyText, -0.0, hex("-0.0")],
    ["infinity as text", anyText, Number.NEGATIVE_INFINITY, hex("-Infinity")],
    ["a textual blob as text", anyText, Buffer.from("é"), "c3a9"],
    ["another blob as text", anyText, Buffer.from([255]), "INVALID_TEXT"],
    ["any value longer than varchar's length", anyShort, 1234n, "TOO_LONG"],
    ["a textual blob longer than varchar's length", anyShort, Buffer.from("ab  "), "TOO_LONG"],
    ["a textual blob in characters", anyShort, Buffer.from("é€é"), "c3a9e282acc3a9"],
    ["any real as bytes", anyBytes, 0.5, hex("0.5")],
    ["invalid text as bytes", anyBytes, new InvalidText(Buffer.from([255])), "ff"],
    ["uuid", uuid("lower"), "00112233-4455-6677-8899-aabbccddeeff", "00112233445566778899aabbccddeeff"],
    ["uuid in the other case", uuid("lower"), "00112233-4455-6677-8899-AABBCCDDEEFF", "NOT_A_UUID"],
    ["uuid with a dash elsewhere", uuid("lower"), "001122334455-6677-8899-aabb-ccddeeff", "NOT_A_UUID"],
    ["uuid of 16 bytes", uuid("blob"), Buffer.alloc(16, 7), "07".repeat(16)],
    ["json", json, '{"a": 1, "a": 2}', hex('{"a": 1, "a": 2}')],
    ["a REAL as JSON", json, 1, hex("1.0")],
    ["what is not JSON", json, "{a: 1}", "NOT_JSON"],
    ["infinity is not JSON", json, Number.POSITIVE_INFINITY, "NOT_JSON"],
    ["jsonb with its version", jsonb, '{"a":1}', `01${hex('{"a":1}')}`],
    ["jsonb that would lose a key", jsonb, '{"a": 1, "a": 2}', "NOT_JSONB"],
    ["a number where JSON is text", jsonb, 1n, "NOT_JSON"],
    ["date", { type: { name: "date" } }, "2000-01-01", "00000000"],
    ["date before", { type: { name: "date" } }, "1999-12-31", "ffffffff"],
    ["a day that is none", { type: { name: "date" } }, "1900-02-29", "NOT_A_DATE"],
    ["timestamp", moment("trimmed"), "2000-01-01T00:00:01.5", "000000000016e360"],
    ["timestamp before 2000", moment(0), "1999-12-31T23:59:59", "fffffffffff0bdc0"],
    ["a fraction of zero where Python writes none", moment("0or6"), "2000-01-01T00:00:01.000000", "NOT_A_TIMESTAMP"],
    ["24:00", moment(0), "2000-01-01T24:00:00", "NOT_A_TIMESTAMP"],
    ["a leap second", moment(0), "2000-01-01T23:59:60", "NOT_A_TIMESTAMP"],
    ["epoch seconds", epoch("s"), 946_684_801n, "00000000000f4240"],
    ["epoch milliseconds", epoch("ms"), 946_684_800_001n, "00000000000003e8"],
    ["epoch microseconds, exactly beyond 2^53", epoch("us"), 9_007_199_254_740_993n, "001ca2fec4c82001"],
    ["epoch past what timestamp holds", epoch("s"), 9_224_318_016_000n, "OUT_OF_RANGE"],
    ["epoch reals", epoch("s", "real"), 946_684_800.25, "000000000003d090"],
    ["an epoch real finer than a microsecond", epoch("s", "real"), 0.123_456_78, "NOT_A_TIMESTAMP"],
    ["NULL", {}, null, "null"],
    ["NULL where none may be", { notNull: true }, null, "NULL_NOT_ALLOWED"],
  ])("%s", (_, column, value, expected) => {
    expect(encode(column, value)).toBe(expected);
  });

  test("a Julian day is a timestamp", () => {
    expect(encode({ type: { name: "timestamp" }, form: { kind: "julian" } }, 2_451_545)).toBe("0000000a0eebb000");
  });
});

describe("policies", () => {
  const text = { type: { name: "text" } } as const;
  test.each([
    ["strip", "a\0b", hex("ab")],
    ["replace", "a\0b", hex("a\uFFFDb")],
  ] as const)("%s NUL", (nul, value, expected) => {
    expect(encode(text, value, { policies: { nul } })).toBe(`cleaned ${expected}`);
  });
  test("apply to lone surrogates and odd ends of UTF-16, in both orders", () => {
    const invalid = new InvalidText(Buffer.from("61003dd8620063", "hex"));
    expect(encode(text, invalid, { encoding: "UTF-16le" })).toBe("INVALID_TEXT");
    expect(encode(text, invalid, { encoding: "UTF-16le", policies: { invalidText: "strip" } })).toBe(
      `cleaned ${hex("ab")}`,
    );
    expect(encode(text, invalid, { encoding: "UTF-16le", policies: { invalidText: "replace" } })).toBe(
      `cleaned ${hex("a\uFFFDb\uFFFD")}`,
    );
    const other = new InvalidText(Buffer.from("0061d83d0062", "hex"));
    expect(encode(text, other, { encoding: "UTF-16be", policies: { invalidText: "strip" } })).toBe(
      `cleaned ${hex("ab")}`,
    );
  });
  test("null takes what is not JSON, but not where NULL may not be", () => {
    expect(encode(jsonb, "{", { policies: { invalidJson: "null" } })).toBe("null");
    expect(encode({ ...jsonb, notNull: true }, "{", { policies: { invalidJson: "null" } })).toBe("NOT_JSON");
    expect(encode(jsonb, '{"a":1,"a":2}', { policies: { invalidJson: "null" } })).toBe("NOT_JSONB");
  });
});

describe("the encoders that read character codes agree with the recognisers that the plan was made by", () => {
  const near = (text: string): fc.Arbitrary<string> =>
    fc
      .tuple(fc.nat(text.length), fc.constantFrom("", "0", "6", "-", ":", ".", "Z", " ", "T", "9", "é"))
      .map(([at, put]) => text.slice(0, at) + put + text.slice(at + 1));
  const two = (max: number) => fc.nat(max).map((n) => String(n).padStart(2, "0"));
  const date = fc
    .tuple(fc.integer({ min: 0, max: 9999 }), two(13), two(32))
    .map(([y, m, d]) => `${String(y).padStart(4, "0")}-${m}-${d}`);
  const fraction = fc.oneof(fc.constant(""), fc.stringMatching(/^\.\d{0,7}$/));
  const zone = fc.constantFrom("", "Z", "+00:00", "+00", " UTC", "+01:00");
  const clock = fc
    .tuple(two(25), two(61), fc.option(two(61), { nil: null }), fraction, zone)
    .map(([h, m, s, f, z]) => `${h}:${m}${s === null ? "" : `:${s}${f}`}${z}`);
  const spellings = fc.record({
    seconds: fc.boolean(),
    fraction: fc.constantFrom(0, 1, 2, 3, 4, 5, 6, "0or6", "trimmed") as fc.Arbitrary<PlanFraction>,
    zone: fc.constantFrom("", "Z", "+00:00", "+00", " UTC") as fc.Arbitrary<"" | "Z">,
  });
  type PlanFraction = Extract<PlanColumn["form"], { kind: "iso-time" }>["fraction"];
  const both = (arbitrary: fc.Arbitrary<string>) => fc.oneof(arbitrary, arbitrary.chain(near));

  test("dates", () => {
    fc.assert(
      fc.property(both(date), (text) => {
        const days = readIsoDate(text);
        const bytes = Buffer.alloc(4);
        if (days !== null) bytes.writeInt32BE(days - 10_957);
        expect(encode({ type: { name: "date" } }, text)).toBe(days === null ? "NOT_A_DATE" : bytes.toString("hex"));
      }),
      { numRuns: 2000 },
    );
  });

  const microsHex = (days: number, micros: number): string => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(BigInt(days) * 86_400_000_000n + BigInt(micros));
    return bytes.toString("hex");
  };

  test("times", () => {
    fc.assert(
      fc.property(both(clock), spellings, (text, spelling) => {
        const time = readIsoTime(text);
        const fits = time !== null && fitsSpelling(time.spelling, spelling);
        expect(encode({ type: { name: "time" }, form: { kind: "iso-time", ...spelling } }, text)).toBe(
          fits ? microsHex(0, time.micros) : "NOT_A_TIME",
        );
      }),
      { numRuns: 4000 },
    );
  });

  test("dates with times", () => {
    fc.assert(
      fc.property(
        date,
        fc.constantFrom(" ", "T") as fc.Arbitrary<" " | "T">,
        both(clock),
        spellings,
        (day, separator, time, spelling) => {
          const text = day + separator + time;
          const read = readIsoDateTime(text);
          const fits = read !== null && fitsSpelling(read.spelling, { ...spelling, separator });
          expect(
            encode({ type: { name: "timestamptz" }, form: { kind: "iso-datetime", separator, ...spelling } }, text),
          ).toBe(fits ? microsHex(read.days - 10_957, read.micros) : "NOT_A_TIMESTAMP");
        },
      ),
      { numRuns: 4000 },
    );
  });

  test("epochs", () => {
    const value = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.bigInt({ min: -(10n ** 10n), max: 10n ** 15n }),
      fc.double({ noNaN: true }),
      fc.double({ min: -1e10, max: 1e13, noNaN: true }),
      fc.integer().map((n) => n / 1000),
    );
    fc.assert(
      fc.property(value, fc.constantFrom("s", "ms", "us") as fc.Arbitrary<"s" | "ms" | "us">, (number, unit) => {
        const read = readEpoch(number, unit);
        const seen = encode(epoch(unit, typeof number === "bigint" ? "integer" : "real"), number);
        if (read === null) expect(seen).toMatch(/^(NOT_A_TIMESTAMP|OUT_OF_RANGE)$/);
        else expect(seen).toBe(microsHex(read.days - 10_957, read.micros));
      }),
      { numRuns: 4000 },
    );
  });

  test("UUIDs", () => {
    const any = both(
      fc
        .uuid()
        .chain((text) =>
          fc.constantFrom(text, text.toUpperCase(), text.replaceAll("-", ""), text.replaceAll("-", "").toUpperCase()),
        ),
    );
    fc.assert(
      fc.property(any, (text) => {
        const spelling = readUuid(text);
        if (spelling === null)
          for (const wanted of ["lower", "upper", "hex-lower"] as const)
            expect(encode(uuid(wanted as "lower"), text)).toBe("NOT_A_UUID");
        else expect(encode(uuid(spelling as "lower"), text)).toBe(text.replaceAll("-", "").toLowerCase());
      }),
      { numRuns: 1000 },
    );
  });
});
