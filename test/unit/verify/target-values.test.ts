import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TargetType } from "../../../src/plan/model.ts";
import { sourceHex, targetHex } from "./canonical.ts";

const utf8 = (text: string): string => Buffer.from(text).toString("hex");
const jsonb = (text: string): string => `01${utf8(text)}`;

const CASES: readonly (readonly [TargetType["name"], field: string, expected: string])[] = [
  ["smallint", "ffff", "ffffffffffffffff"],
  ["integer", "7fffffff", "000000007fffffff"],
  ["bigint", "8000000000000000", "8000000000000000"],
  ["double precision", "8000000000000000", "8000000000000000"],
  ["double precision", "fff8000000000001", "7ff8000000000000"],
  ["double precision", "7ff0000000000000", "7ff0000000000000"],
  ["boolean", "01", "01"],
  // ndigits, weight, sign, dscale, digits: 0, 1.50, -0.001, 10^22, 12345.6789, NaN, Infinity, -Infinity
  ["numeric", "0000000000000002", "0000000000"],
  ["numeric", "000200000000000200011388", `0000000001${utf8("15")}`],
  ["numeric", "0001ffff40000003000a", `01fffffffe${utf8("1")}`],
  ["numeric", "00010005000000000064", `0000000017${utf8("1")}`],
  ["numeric", "0003000100000004000109291a85", `0000000005${utf8("123456789")}`],
  ["numeric", "00000000c0000000", "0200000000"],
  ["numeric", "00000000d0000020", "0300000000"],
  ["numeric", "00000000f0000020", "0400000000"],
  ["text", "c3a9", "c3a9"],
  ["bytea", "00ff", "00ff"],
  ["date", "ffffd533", "00000000"],
  ["date", "7fffffff", "7fffffff"],
  ["time", "0000001402d3a7ff", "001402d3a7ff"],
  ["timestamp", "fffca2fec4c82000", "00000000000000000000"],
  ["timestamp", "fffca2fec4c81fff", "ffffffff00141dd75fff"],
  ["timestamptz", "7fffffffffffffff", "7fffffff000000000000"],
  ["timestamptz", "8000000000000000", "80000000000000000000"],
  ["jsonb", jsonb("-0.0010"), `230000000601fffffffe${utf8("1")}`],
  ["jsonb", jsonb("0.000"), "23000000050000000000"],
  ["jsonb", jsonb('"\\u001fé\\n\\""'), `2200000005${"1fc3a90a22"}`],
  ["jsonb", jsonb("[]"), "5b00000000"],
  ["jsonb", jsonb("{}"), "7b00000000"],
  ["jsonb", jsonb("[true, false, null]"), "5b0000000374666e"],
];

describe("the canonical target value", () => {
  it.each(CASES)("of %s sent as %s is %s", (name, field, expected) => {
    expect(targetHex({ name } as TargetType, Buffer.from(field, "hex"))).toBe(expected);
  });

  it.each([
    ["integer", "00"],
    ["numeric", "000200000000000200011388ff"],
    ["timestamp", "00"],
    ["uuid", "00"],
    ["jsonb", "027b7d"],
    ["jsonb", jsonb("[1")],
    ["jsonb", jsonb("-")],
  ] as const)("is refused for %s where the bytes cannot be one", (name, field) => {
    expect(() => targetHex({ name } as TargetType, Buffer.from(field, "hex"))).toThrow(/sent \d+ bytes/);
  });

  it("of every moment is the days and microseconds that plain arithmetic gives", () => {
    const micros = fc.oneof(
      fc.bigInt({ min: -211_813_488_000_000_000n, max: 9_223_371_331_199_999_999n }),
      fc.integer({ min: -100_000, max: 100_000 }).map((day) => BigInt(day) * 86_400_000_000n - 1n),
    );
    fc.assert(
      fc.property(micros, (value) => {
        const field = Buffer.alloc(8);
        field.writeBigInt64BE(value);
        const bytes = Buffer.from(targetHex({ name: "timestamp" }, field), "hex");
        const since1970 = BigInt(bytes.readInt32BE(0)) * 86_400_000_000n + BigInt(bytes.readUIntBE(4, 6));
        expect(since1970).toBe(value + 946_684_800_000_000n);
        expect(bytes.readUIntBE(4, 6)).toBeLessThan(86_400_000_000);
      }),
    );
  });
});

describe("the two sides of jsonb", () => {
  const number = fc
    .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.stringMatching(/^[0-9]{0,12}$/))
    .map(([whole, fraction]) => (fraction === "" ? `${whole}` : `${whole}.${fraction}`));
  const { document } = fc.letrec<{ document: Json }>((tie) => ({
    document: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom<Json>(null, true, false),
      number.map((text): Json => ({ number: text })),
      fc.string({ unit: "binary" }).filter((text) => !text.includes("\0")),
      fc.array(tie("document")).map((list): Json => ({ list })),
      fc
        .dictionary(
          fc.string({ unit: "binary" }).filter((text) => !text.includes("\0")),
          tie("document"),
          { noNullPrototype: true },
        )
        .map((members): Json => ({ members: Object.entries(members) })),
    ),
  }));

  it("agree on any document, whatever the spaces, escapes and order of members in the source", () => {
    fc.assert(
      fc.property(document, (value) => {
        const target = targetHex({ name: "jsonb" }, Buffer.from(`\u0001${asServer(value)}`));
        expect(sourceHex({ type: { name: "jsonb" }, form: { kind: "json", numbers: false } }, asAuthor(value))).toBe(
          target,
        );
      }),
      { numRuns: 500 },
    );
  });
});

type Json =
  | null
  | boolean
  | string
  | { readonly number: string }
  | { readonly list: readonly Json[] }
  | { readonly members: readonly (readonly [string, Json])[] };

/** As PostgreSQL prints jsonb: members by length and bytes of their keys, one space behind commas and colons. */
const asServer = (value: Json): string => {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if ("number" in value) return value.number;
  if ("list" in value) return `[${value.list.map(asServer).join(", ")}]`;
  const sorted = value.members.toSorted(
    ([a], [b]) => Buffer.byteLength(a) - Buffer.byteLength(b) || Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  return `{${sorted.map(([key, member]) => `${JSON.stringify(key)}: ${asServer(member)}`).join(", ")}}`;
};

/** As somebody might have written it: reversed members, every character escaped, spaces everywhere. */
const asAuthor = (value: Json): string => {
  if (typeof value === "string") return escaped(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if ("number" in value) return value.number;
  if ("list" in value) return `[ ${value.list.map(asAuthor).join("\n,\t")} ]`;
  return `{ ${value.members
    .toReversed()
    .map(([key, member]) => `${escaped(key)} :${asAuthor(member)}`)
    .join(" , ")}\r}`;
};

const escaped = (text: string): string =>
  `"${[...Array(text.length).keys()].map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`).join("")}"`;
