/** Values of every storage class, and the habits that real columns have: what a column holds is rarely quite at random. */
import fc from "fast-check";

/** A value as it is bound; `text`: the bytes become TEXT as they are, valid or not. */
export type Bound = null | bigint | number | string | Buffer | { readonly text: Buffer };

const EXTREME = [
  ...[0n, 1n, -1n, 2n, 127n, 2n ** 31n, 2n ** 31n - 1n, -(2n ** 31n) - 1n, 2n ** 53n, 2n ** 53n - 1n, 2n ** 53n + 1n],
  ...[-(2n ** 53n), -(2n ** 53n) - 1n, 2n ** 62n, 2n ** 63n - 1n, 2n ** 63n - 2n, -(2n ** 63n), -(2n ** 63n) + 1n],
];
const ODD_REALS = [
  ...[
    0, -0, 1, -1, 0.1, 0.5, 1.5, 1e22, 1e21, 1e-7, 1e300, -1e300, 5e-324, 2.2250738585072014e-308,
    1.7976931348623157e308,
  ],
  ...[
    Infinity,
    -Infinity,
    2 ** 53,
    2 ** 53 + 2,
    2 ** 63,
    -(2 ** 63),
    2 ** 64,
    1e15,
    123456789.12345679,
    0.1 + 0.2,
    1e16,
    3.14,
  ],
];
const ODD_TEXTS = [
  ...[
    "",
    " ",
    "a",
    "A",
    "a ",
    "a  ",
    "ab\0cd",
    "\0",
    "\uFFFD",
    "a\uFFFDb",
    "\uFEFFbom",
    "é",
    "e\u0301",
    "É",
    "😀",
    "\u{10FFFF}",
  ],
  ...[
    "\u202Eltr",
    "مرحبا",
    "\\N",
    "\\.",
    "\\x41",
    "NULL",
    "null",
    "NaN",
    "Infinity",
    "-Infinity",
    "1",
    "1.0",
    "01",
    "+1",
    "1e5",
  ],
  ...[
    "-0",
    "-0.0",
    ".5",
    "5.",
    "0x10",
    "true",
    "t",
    "yes",
    "'",
    '"',
    "\r\n",
    "\t",
    "\u0001",
    "\u007f",
    "\uFFFF",
    "\u{1F468}\u200D\u{1F469}",
  ],
  ...[
    "9223372036854775808",
    "-9223372036854775809",
    "1e400",
    "123456789.1234567901234567890.5",
    "0.10",
    "12.50",
    "999.99",
    "1,5",
  ],
];
const HEX_TEXTS = [
  "ff",
  "c080",
  "eda080",
  "e282",
  "41ff42",
  "f4908080",
  "efbfbdff",
  "ffefbfbd",
  "00ff",
  "c3",
  "3dd83dd8",
  "00d8",
  "d800",
  "fdff",
  "4100",
  "0041",
  "610000",
];

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...ODD_TEXTS) },
  { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 12 }) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 12 }).map((value) => value.toWellFormed()) },
);
const cleanText = fc.oneof(
  text.map((value) => value.replaceAll("\0", "")),
  fc.constantFrom("alpha", "Beta", "BETA", "gamma ", "gamma"),
);
const rawText = fc.oneof(
  fc.constantFrom(...HEX_TEXTS).map((hex) => ({ text: Buffer.from(hex, "hex") })),
  fc.uint8Array({ maxLength: 8 }).map((bytes) => ({ text: Buffer.from(bytes) })),
);
const blob = fc.oneof(
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom("", "31", "61", "00", "ff", "7b7d").map((hex) => Buffer.from(hex, "hex")),
);
const integer = fc.oneof(
  fc.constantFrom(...EXTREME),
  fc.bigInt({ min: -1000n, max: 1000n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);
const real = fc.oneof(
  fc.constantFrom(...ODD_REALS),
  fc.double({ noNaN: true }),
  fc.double({ min: -1000, max: 1000, noNaN: true }),
);
const anything: fc.Arbitrary<Bound> = fc.oneof(integer, real, text, blob, rawText);

const pad = (value: number, width: number): string => String(value).padStart(width, "0");
const date = fc.date({
  min: new Date("0001-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});
const near = fc.date({
  min: new Date("1971-01-02T00:00:00Z"),
  max: new Date("2200-12-31T00:00:00Z"),
  noInvalidDate: true,
});
const micros = fc.constantFrom(
  "",
  ".0",
  ".5",
  ".500",
  ".123",
  ".000",
  ".123456",
  ".100000",
  ".000000",
  ".999999",
  ".1234567",
);

/** How a column writes fractions: all alike, trimmed, as Python does, or as they come. */
const fractions = fc.constantFrom<(written: string, micros: number) => string>(
  (written) => written,
  (_, micros) => `.${pad(micros, 6)}`.replace(/\.?0+$/, ""),
  (_, micros) => (micros === 0 ? "" : `.${pad(micros, 6)}`),
  (_, micros) => ["", ".5", ".500", ".000000", ".1234567"][micros % 5] ?? "",
);
const microsecond = fc.oneof(fc.constantFrom(0, 500_000, 1, 999_999, 100_000), fc.nat(999_999));

/** One spelling of dates and times for a column, or almost. */
const isoColumn = fc
  .record({
    separator: fc.constantFrom(" ", "T"),
    zone: fc.constantFrom("", "Z", "+00:00", "+00", " UTC", "+02:00"),
    written: micros,
    fraction: fractions,
  })
  .map(({ separator, zone, written, fraction }) =>
    fc.tuple(fc.oneof(date, fc.constant(new Date("2024-02-29T12:00:00Z"))), microsecond).map(([day, microseconds]) => {
      const iso = day.toISOString();
      return `${iso.slice(0, 10)}${separator}${iso.slice(11, 19)}${fraction(written, microseconds)}${zone}`;
    }),
  );

const uuidDigits = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes));
const hyphens = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
const uuidColumn = fc
  .constantFrom<(bytes: Buffer) => Bound>(
    (bytes) => hyphens(bytes.toString("hex")),
    (bytes) => hyphens(bytes.toString("hex")).toUpperCase(),
    (bytes) => bytes.toString("hex"),
    (bytes) => bytes.toString("hex").toUpperCase(),
    (bytes) => bytes,
  )
  .map((spell) => uuidDigits.map(spell));

const ODD_JSON = [
  ...[
    "{}",
    "[]",
    '{"a":1,"a":2}',
    '{"a":-0}',
    "[1e400]",
    "[1e2, 1.0, 100]",
    '["\\u0000"]',
    '["\\ud83d"]',
    '["\\ud83d\\ude00"]',
    "[1E-20000]",
  ],
  ...[
    '{"b":1,"a":[]}',
    " { } ",
    "1",
    '"x"',
    "null",
    "[NaN]",
    "{'a':1}",
    '{"":""}',
    "[1.0000000000000000001]",
    '["é","\\u00e9"]',
    "[-0.0]",
    "[1e131071]",
  ],
  ...[
    '{"__proto__":1}',
    '{"a":{"b":[{"c":null}]}}',
    "[true,false]",
    "[1,]",
    "",
    "[0e0]",
    "[10000000000000000000000000.5e-3]",
    `[${"[".repeat(60)}${"]".repeat(60)}]`,
  ],
];
const json = fc.oneof(fc.constantFrom(...ODD_JSON), fc.json({ maxDepth: 3 }));
const plainJson = fc.oneof(
  fc.json({ maxDepth: 2 }).map((value) => `[${value}]`),
  fc.constantFrom('{"a":1}', '{"b":[1.50,2e3]}', "{}"),
);

/** Elements of one kind, as a program's lists have them, or almost. */
const elements = fc.constantFrom<fc.Arbitrary<string>>(
  fc.string({ unit: "grapheme", maxLength: 5 }).map((value) => JSON.stringify(value)),
  fc.constantFrom('"a"', '"é"', '"\\u00e9"', '"\\n"', '"\\/"', '""', '"\\u0000"', '"\\ud83d"'),
  fc.bigInt({ min: -9n, max: 99n }).map(String),
  fc.constantFrom("9223372036854775807", "-9223372036854775808", "9223372036854775808", "0", "-0", "7"),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.constantFrom("1.0", "2.50", "1e2", "1E-7", "1e-07", "0.1", "-0.0", "1", "12345678901234567890"),
  fc.constantFrom("0.10000000000000000001", "1.5", "1e400", "3"),
  fc.boolean().map(String),
  uuidDigits.map((bytes) => `"${hyphens(bytes.toString("hex"))}"`),
  fc.constantFrom("1", '"1"', "true", "[1]"),
);
const jsonArrays = fc
  .record({ element: elements, separator: fc.constantFrom(",", ", ", " , "), nulls: fc.boolean() })
  .map(({ element, separator, nulls }) =>
    fc
      .array(
        nulls ? fc.oneof({ weight: 4, arbitrary: element }, { weight: 1, arbitrary: fc.constant("null") }) : element,
        {
          maxLength: 5,
        },
      )
      .map((values) => `[${values.join(separator)}]`),
  );

/** UUIDs as several programs have written them into one column. */
const mixedUuids = uuidDigits.chain((bytes) => {
  const hex = bytes.toString("hex");
  const dashed = hyphens(hex);
  return fc.constantFrom<Bound>(
    ...[dashed, dashed.toUpperCase(), hex, hex.toUpperCase(), `{${dashed}}`, `urn:uuid:${dashed}`, bytes],
    dashed.slice(0, 8) + dashed.slice(8).toUpperCase(),
  );
});

/** Moments in several spellings; `zones`: what may stand behind the clock. */
const moments = fc
  .constantFrom(["Z", "+02:00", "-05:30", "+0100", " +01:00", "+00:00"], [""], ["", "Z", "-00:00", "Z+02:00", "+16:00"])
  .map((zones) =>
    fc
      .tuple(date, fc.constantFrom(" ", "T"), micros, fc.constantFrom(...zones), fc.boolean())
      .map(([at, separator, fraction, zone, minutes]) => {
        const iso = at.toISOString();
        return `${iso.slice(0, 10)}${separator}${minutes ? iso.slice(11, 16) : iso.slice(11, 19) + fraction}${zone}`;
      }),
  );

const money = fc.constantFrom("$1,234.50", "$0.99", "1.234,50 €", "EUR 12", "12", "");
/** A column of something with empty texts among it. */
const orEmpty = fc
  .constantFrom<fc.Arbitrary<Bound>>(
    fc.constantFrom("2024-01-01", "1999-12-31"),
    fc.constantFrom(1n, 2n),
    uuidDigits.map((bytes) => hyphens(bytes.toString("hex"))),
    fc.constantFrom("[1,2]", "[]"),
    fc.constantFrom("a", " "),
  )
  .map((value) => fc.oneof({ weight: 2, arbitrary: value }, { weight: 1, arbitrary: fc.constant("") }));

const seconds = near.map((at) => BigInt(Math.floor(at.getTime() / 1000)));
const julian = date.map((at) => at.getTime() / 86_400_000 + 2_440_587.5);
const words = fc
  .constantFrom(
    "false true",
    "False True",
    "FALSE TRUE",
    "f t",
    "F T",
    "no yes",
    "n y",
    "N Y",
    "off on",
    "0 1",
    "t yes",
    "false TRUE",
  )
  .map((pair) => fc.constantFrom(...pair.split(" ")));

/** What the columns of a database hold: each of these gives the values of one column. */
export const arbitraryHabit: fc.Arbitrary<fc.Arbitrary<Bound>> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(anything) },
  { weight: 2, arbitrary: fc.constant(integer) },
  { weight: 1, arbitrary: fc.constant(fc.bigInt({ min: 0n, max: 1n })) },
  { weight: 1, arbitrary: fc.constant(fc.bigInt({ min: 0n, max: 9n })) },
  { weight: 2, arbitrary: fc.constant(real) },
  { weight: 1, arbitrary: fc.constant(fc.oneof(integer, real)) },
  { weight: 2, arbitrary: fc.constant(text) },
  { weight: 2, arbitrary: fc.constant(cleanText) },
  { weight: 1, arbitrary: fc.constant(rawText) },
  { weight: 1, arbitrary: fc.constant(blob) },
  { weight: 1, arbitrary: fc.constant(fc.oneof(blob, cleanText)) },
  { weight: 2, arbitrary: isoColumn },
  { weight: 1, arbitrary: fc.constant(date.map((at) => at.toISOString().slice(0, 10))) },
  { weight: 1, arbitrary: micros.map((fraction) => date.map((at) => `${at.toISOString().slice(11, 19)}${fraction}`)) },
  { weight: 1, arbitrary: fc.constant(date.map((at) => `${pad(at.getUTCHours(), 2)}:${pad(at.getUTCMinutes(), 2)}`)) },
  { weight: 1, arbitrary: fc.constantFrom(1n, 1000n, 1_000_000n).map((unit) => seconds.map((value) => value * unit)) },
  { weight: 1, arbitrary: fc.constantFrom(1000, 1).map((unit) => near.map((at) => at.getTime() / unit + 0.5)) },
  { weight: 1, arbitrary: fc.constant(julian) },
  { weight: 2, arbitrary: uuidColumn },
  { weight: 2, arbitrary: fc.constant(json) },
  { weight: 1, arbitrary: fc.constant(plainJson) },
  { weight: 3, arbitrary: jsonArrays },
  { weight: 1, arbitrary: fc.constant(mixedUuids) },
  { weight: 2, arbitrary: moments },
  { weight: 1, arbitrary: fc.constant(money) },
  { weight: 2, arbitrary: orEmpty },
  { weight: 1, arbitrary: words },
  { weight: 1, arbitrary: fc.constant(fc.constantFrom("0.10", "12.50", "999.99", "-1.5", "3", "1000000.001")) },
  {
    weight: 1,
    arbitrary: fc.constant(
      fc.oneof(fc.constantFrom("12.50", "7"), fc.bigInt({ min: -99n, max: 99n }), fc.constantFrom(0.25, 1e300, 1e-10)),
    ),
  },
);
