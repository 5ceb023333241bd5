import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SourceForm, TargetType } from "../../../src/plan/model.ts";
import { repairUtf8 } from "../../../src/verify/source-values/text.ts";
import { type SourceValue, UndecodableText } from "../../../src/verify/source-values/value.ts";
import { sourceHex } from "./canonical.ts";

const NO = "no equal";
const utf8 = (text: string): string => Buffer.from(text).toString("hex");
const moment = (days: number, micros: number): string => {
  const bytes = Buffer.alloc(10);
  bytes.writeInt32BE(days);
  bytes.writeUIntBE(micros, 4, 6);
  return bytes.toString("hex");
};
const iso = (
  fraction: Extract<SourceForm, { kind: "iso-time" }>["fraction"],
  zone: "" | "Z" | "+00:00" | "+00" | " UTC" = "",
  seconds = true,
) => ({ kind: "iso-datetime", separator: " ", seconds, fraction, zone }) as const;

const CASES: readonly (readonly [TargetType["name"], SourceForm, SourceValue, string])[] = [
  ["bigint", { kind: "integer" }, -1n, "ffffffffffffffff"],
  ["bigint", { kind: "integer" }, -1, "ffffffffffffffff"],
  ["bigint", { kind: "integer" }, 4294967296, "0000000100000000"],
  ["bigint", { kind: "integer" }, -4294967297, "fffffffeffffffff"],
  ["bigint", { kind: "integer" }, 9223372036854775807n, "7fffffffffffffff"],
  ["bigint", { kind: "integer" }, 1.5, NO],
  ["bigint", { kind: "integer" }, 2 ** 53, NO],
  ["bigint", { kind: "integer" }, "1", NO],
  ["bigint", { kind: "integer" }, null, "NULL"],
  ["double precision", { kind: "real" }, 1, "3ff0000000000000"],
  ["double precision", { kind: "real" }, 1n, "3ff0000000000000"],
  ["double precision", { kind: "real" }, -0, "8000000000000000"],
  ["double precision", { kind: "real" }, Number.NEGATIVE_INFINITY, "fff0000000000000"],
  ["double precision", { kind: "real" }, 9007199254740993n, NO],
  ["double precision", { kind: "real" }, "1.5", NO],
  ["boolean", { kind: "boolean-integer" }, 1n, "01"],
  ["boolean", { kind: "boolean-integer" }, 0, "00"],
  ["boolean", { kind: "boolean-integer" }, 2n, NO],
  ["boolean", { kind: "boolean-integer" }, -0, NO],
  ["boolean", { kind: "boolean-text", false: "f", true: "t" }, "t", "01"],
  ["boolean", { kind: "boolean-text", false: "f", true: "t" }, "T", NO],
  ["numeric", { kind: "decimal" }, "1.50", `0000000001${utf8("15")}`],
  ["numeric", { kind: "decimal" }, "-0.001", `01fffffffe${utf8("1")}`],
  ["numeric", { kind: "decimal" }, 1e22, `0000000017${utf8("1")}`],
  ["numeric", { kind: "decimal" }, 1.5e-7, `00fffffffa${utf8("15")}`],
  ["numeric", { kind: "decimal" }, 100n, `0000000003${utf8("1")}`],
  ["numeric", { kind: "decimal" }, 0, "0000000000"],
  ["numeric", { kind: "decimal" }, "0.00", "0000000000"],
  ["numeric", { kind: "decimal" }, -0, NO],
  ["numeric", { kind: "decimal" }, "-0", NO],
  ["numeric", { kind: "decimal" }, "1e5", NO],
  ["numeric", { kind: "decimal" }, "+1", NO],
  ["numeric", { kind: "decimal" }, "01", NO],
  ["numeric", { kind: "decimal" }, "1\n", NO],
  ["numeric", { kind: "decimal" }, Number.POSITIVE_INFINITY, "0300000000"],
  ["numeric", { kind: "integer" }, 1.5, NO],
  ["text", { kind: "text" }, "é😀", utf8("é😀")],
  ["text", { kind: "text" }, "", ""],
  ["text", { kind: "text" }, 1n, NO],
  ["text", { kind: "text" }, Buffer.from("a"), NO],
  ["text", { kind: "any" }, 1n, utf8("1")],
  ["text", { kind: "any" }, 1, utf8("1.0")],
  ["text", { kind: "any" }, -0, utf8("-0.0")],
  ["text", { kind: "any" }, 1e300, utf8("1e+300")],
  ["text", { kind: "any" }, Number.NEGATIVE_INFINITY, utf8("-Infinity")],
  ["text", { kind: "any" }, Buffer.from("abc"), utf8("abc")],
  ["text", { kind: "any" }, Buffer.from([0xff]), NO],
  ["text", { kind: "any" }, Buffer.from([0]), NO],
  ["bytea", { kind: "any" }, "é", utf8("é")],
  ["bytea", { kind: "any" }, 1.5, utf8("1.5")],
  ["bytea", { kind: "any" }, new UndecodableText(Buffer.from([0xff])), "ff"],
  ["bytea", { kind: "blob" }, Buffer.from([0, 255]), "00ff"],
  ["bytea", { kind: "blob" }, "text", NO],
  [
    "uuid",
    { kind: "uuid", spelling: "lower" },
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    "a0eebc999c0b4ef8bb6d6bb9bd380a11",
  ],
  ["uuid", { kind: "uuid", spelling: "lower" }, "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", NO],
  [
    "uuid",
    { kind: "uuid", spelling: "hex-upper" },
    "A0EEBC999C0B4EF8BB6D6BB9BD380A11",
    "a0eebc999c0b4ef8bb6d6bb9bd380a11",
  ],
  ["uuid", { kind: "uuid", spelling: "hex-lower" }, "a0eebc999c0b4ef8bb6d6bb9bd380a1\n", NO],
  ["uuid", { kind: "uuid", spelling: "blob" }, Buffer.alloc(15), NO],
  ["date", { kind: "iso-date" }, "1970-01-02", "00000001"],
  ["date", { kind: "iso-date" }, "0001-01-01", "fff506c6"],
  ["date", { kind: "iso-date" }, "2023-02-29", NO],
  ["date", { kind: "iso-date" }, "1900-02-29", NO],
  ["date", { kind: "iso-date" }, "2000-02-30", NO],
  ["date", { kind: "iso-date" }, "0000-01-01", NO],
  ["date", { kind: "iso-date" }, "1970-1-02", NO],
  ["time", { kind: "iso-time", seconds: false, fraction: 0, zone: "" }, "00:01", "000003938700"],
  ["time", { kind: "iso-time", seconds: true, fraction: 0, zone: "" }, "24:00:00", NO],
  ["timestamp", iso(0), "1969-12-31 23:59:59", moment(-1, 86_399_000_000)],
  ["timestamp", iso(3), "1970-01-01 00:00:00.001", moment(0, 1000)],
  ["timestamp", iso(3), "1970-01-01 00:00:00.01", NO],
  ["timestamp", iso("0or6"), "1970-01-01 00:00:00", moment(0, 0)],
  ["timestamp", iso("0or6"), "1970-01-01 00:00:00.000001", moment(0, 1)],
  ["timestamp", iso("0or6"), "1970-01-01 00:00:00.000000", NO],
  ["timestamp", iso("trimmed"), "1970-01-01 00:00:00.5", moment(0, 500_000)],
  ["timestamp", iso("trimmed"), "1970-01-01 00:00:00.50", NO],
  ["timestamptz", iso(0, "+00:00"), "1970-01-01 00:00:00+00:00", moment(0, 0)],
  ["timestamptz", iso(0, "+00:00"), "1970-01-01 00:00:00+02:00", NO],
  ["timestamptz", iso(0, "Z"), "1970-01-01T00:00:00Z", NO],
  ["timestamptz", { kind: "epoch", unit: "s", storage: "integer" }, -1n, moment(-1, 86_399_000_000)],
  ["timestamptz", { kind: "epoch", unit: "ms", storage: "integer" }, 1_700_000_000_123, moment(19675, 80_000_123_000)],
  ["timestamptz", { kind: "epoch", unit: "s", storage: "integer" }, 9_224_318_016_000n, NO],
  [
    "timestamptz",
    { kind: "epoch", unit: "s", storage: "integer" },
    9_224_318_015_999n,
    moment(106_762_939, 86_399_000_000),
  ],
  ["timestamptz", { kind: "epoch", unit: "s", storage: "integer" }, -210_866_803_201n, NO],
  [
    "timestamptz",
    { kind: "epoch", unit: "us", storage: "integer" },
    9_223_371_331_199_999_999n,
    moment(106_751_982, 86_399_999_999),
  ],
  ["timestamptz", { kind: "epoch", unit: "s", storage: "integer" }, 1.5, NO],
  ["timestamp", { kind: "epoch", unit: "s", storage: "real" }, 1700000000.123456, moment(19675, 80_000_123_456)],
  ["timestamp", { kind: "epoch", unit: "s", storage: "real" }, 0.0000001, NO],
  ["timestamp", { kind: "epoch", unit: "s", storage: "real" }, -0.5, moment(-1, 86_399_500_000)],
  ["timestamp", { kind: "julian" }, 2440587.5, moment(0, 0)],
  ["timestamp", { kind: "julian" }, 2440587.5 + 1 / 86_400_000, moment(0, 1000)],
  ["timestamp", { kind: "julian" }, 5_373_484.5, NO],
  ["json", { kind: "json", numbers: false }, "[ 1]", utf8("[ 1]")],
  ["json", { kind: "json", numbers: false }, '"\\ud83d"', utf8('"\\ud83d"')],
  ["json", { kind: "json", numbers: false }, "{a:1}", NO],
  ["json", { kind: "json", numbers: true }, 1.5, utf8("1.5")],
  ["json", { kind: "json", numbers: false }, 1n, NO],
  ["jsonb", { kind: "json", numbers: false }, '"\\u0000"', NO],
  ["jsonb", { kind: "json", numbers: false }, '"\\ud83d"', NO],
  ["jsonb", { kind: "json", numbers: false }, "1e2", `23000000060000000003${utf8("1")}`],
  [
    "jsonb",
    { kind: "json", numbers: false },
    "1.0000000000000000001",
    `23000000190000000001${utf8("10000000000000000001")}`,
  ],
  ["jsonb", { kind: "json", numbers: false }, "[1,]", NO],
  ["jsonb", { kind: "json", numbers: false }, "01", NO],
  ["jsonb", { kind: "json", numbers: false }, '"\t"', NO],
  ["jsonb", { kind: "json", numbers: false }, "[1] x", NO],
];

describe("the canonical source value", () => {
  it.each(CASES)("of %s from %o is right for %o", (name, form, value, expected) => {
    expect(sourceHex({ type: { name } as TargetType, form }, value)).toBe(expected);
  });

  it("keeps members with the same key apart, so that no merged document equals them", () => {
    const hex = (text: string) => sourceHex({ type: { name: "jsonb" }, form: { kind: "json", numbers: false } }, text);
    expect(hex('{"a":1,"a":2}')).not.toBe(hex('{"a":2}'));
    expect(hex('{"a":1,"a":1}')).not.toBe(hex('{"a":1}'));
    expect(hex('{"b":[],"a":{"d":1,"c":2}}')).toBe(hex('{ "a" : {"c":2.0,"d":1e0}, "b":[ ] }'));
  });

  it("is NULL where invalid JSON is to become NULL, but not where the column forbids it", () => {
    const column = { type: { name: "jsonb" }, form: { kind: "json", numbers: false } } as const;
    expect(sourceHex(column, "{", { invalidJson: "null" })).toBe("NULL");
    expect(sourceHex({ ...column, notNull: true }, "{", { invalidJson: "null" })).toBe(NO);
    expect(sourceHex(column, '"\\u0000"', { invalidJson: "null" })).toBe(NO);
  });

  it("of text under the policy bytea is the very bytes that are stored", () => {
    const column = { type: { name: "bytea" }, form: { kind: "text" } } as const;
    expect(sourceHex(column, "é", { nul: "bytea" }, "UTF-16le")).toBe("e900");
    expect(sourceHex(column, "é", { nul: "bytea" }, "UTF-16be")).toBe("00e9");
    expect(sourceHex(column, new UndecodableText(Buffer.from([0xff])), { nul: "bytea" })).toBe("ff");
  });

  it("of a date is the day that JavaScript's calendar counts", () => {
    const days = fc.integer({ min: -719_162, max: 2_932_896 });
    fc.assert(
      fc.property(days, (day) => {
        const text = new Date(day * 86_400_000).toISOString().replace(/T.*/, "").padStart(10, "0");
        const bytes = Buffer.alloc(4);
        bytes.writeInt32BE(day);
        expect(sourceHex({ type: { name: "date" } }, text)).toBe(bytes.toString("hex"));
      }),
    );
  });

  it("of a time of day is the one that its spelling's pattern takes apart, and of no other text", () => {
    const PATTERNS = {
      0: "",
      3: "\\.(\\d{3})",
      "0or6": "(?:\\.(?!000000)(\\d{6}))?",
      trimmed: "(?:\\.(\\d{0,5}[1-9]))?",
    } as const;
    const clock = fc.stringMatching(/^[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{0,7})?(Z|\+00:00|\+00)?$/);
    const spellings = fc.tuple(
      fc.constantFrom(0, 3, "0or6", "trimmed" as const),
      fc.constantFrom("", "Z", "+00:00", "+00" as const),
    );
    fc.assert(
      fc.property(clock, spellings, (text, [fraction, zone]) => {
        const pattern = new RegExp(
          `^([01]\\d|2[0-3]):([0-5]\\d):([0-5]\\d)${PATTERNS[fraction as 0]}${zone.replace("+", "\\+")}$`,
        );
        const parts = pattern.exec(text);
        const micros =
          parts &&
          (Number(parts[1]) * 3600 + Number(parts[2]) * 60 + Number(parts[3])) * 1e6 +
            Number((parts[4] ?? "").padEnd(6, "0"));
        const form = { kind: "iso-time", seconds: true, fraction, zone } as SourceForm;
        expect(sourceHex({ type: { name: "time" }, form }, text)).toBe(
          micros === null ? NO : micros.toString(16).padStart(12, "0"),
        );
      }),
      { numRuns: 5000 },
    );
  });

  it("of invalid UTF-8 is repaired as the Encoding Standard has it", () => {
    const bytes = fc.uint8Array({ maxLength: 12 }).map((array) => Buffer.from(array));
    const odd = fc
      .array(fc.constantFrom(0x41, 0x80, 0xbf, 0xc2, 0xe0, 0xa0, 0xed, 0x9f, 0xf0, 0x90, 0xf4, 0x8f, 0xff), {
        maxLength: 12,
      })
      .map((array) => Buffer.from(array));
    fc.assert(
      fc.property(fc.oneof(bytes, odd), (buffer) => {
        expect(repairUtf8(buffer, "\uFFFD")).toBe(new TextDecoder("utf-8", { ignoreBOM: true }).decode(buffer));
      }),
      { numRuns: 1000 },
    );
  });
});
