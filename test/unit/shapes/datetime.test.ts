import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  commonSpelling,
  fitsSpelling,
  hasOtherOffset,
  type IsoForm,
  looksLikeDate,
  parseSpellingKey,
  readIsoDate,
  readIsoDateTime,
  readIsoTime,
  renderIso,
  renderIsoDate,
  renderIsoTime,
  spellingKey,
} from "../../../src/source/shapes/datetime.ts";

const DAY_MS = 86_400_000;
const FIRST_MS = Date.parse("0001-01-01T00:00:00Z");
const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");

const instants = fc.integer({ min: FIRST_MS, max: LAST_MS });
const forms: fc.Arbitrary<IsoForm> = fc.record({
  separator: fc.constantFrom(" ", "T"),
  seconds: fc.constant(true),
  fraction: fc.constantFrom<IsoForm["fraction"]>(0, 1, 2, 3, 4, 5, 6, "0or6", "trimmed"),
  zone: fc.constantFrom("", "Z", "+00:00", "+00", " UTC"),
});

describe("dates", () => {
  it("reads every instant's day as JavaScript does", () => {
    fc.assert(
      fc.property(instants, (ms) => {
        const text = new Date(ms).toISOString().slice(0, 10);
        expect(readIsoDate(text)).toBe(Math.floor(ms / DAY_MS));
        expect(renderIsoDate(Math.floor(ms / DAY_MS))).toBe(text);
      }),
    );
  });

  it.each([
    "0000-01-01",
    "2021-02-29",
    "1900-02-29",
    "2021-04-31",
    "2021-13-01",
    "2021-00-10",
    "2021-01-00",
    "2021-1-01",
    "2021/01/01",
    "2021-01-01 ",
    "+021-01-01",
    "٢٠٢١-01-01",
    "",
  ])("refuses %j, which is no calendar day as ISO has it", (text) => {
    expect(readIsoDate(text)).toBeNull();
  });

  it("knows the leap days of 2000 and 2024", () => {
    expect(readIsoDate("2000-02-29")).toBe(11_016);
    expect(readIsoDate("2024-02-29")).toBe(19_782);
    expect(readIsoDate("1970-01-01")).toBe(0);
  });
});

describe("date-times", () => {
  it("gives the very text back for every text that it reads", () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 999 }), forms, (ms, extra, form) => {
        const days = Math.floor(ms / DAY_MS);
        const text = renderIso(days, (ms - days * DAY_MS) * 1_000 + extra, form);
        const read = readIsoDateTime(text);
        expect(read?.days).toBe(days);
        const form2 = commonSpelling([spellingKey(read!.spelling)]);
        expect(renderIso(read!.days, read!.micros, form2!)).toBe(text);
        expect(fitsSpelling(read!.spelling, form)).toBe(true);
        expect(looksLikeDate(text)).toBe(true);
      }),
    );
  });

  it("reads what toISOString writes as the same instant", () => {
    fc.assert(
      fc.property(instants, (ms) => {
        const read = readIsoDateTime(new Date(ms).toISOString());
        expect(read!.days * DAY_MS + read!.micros / 1_000).toBe(ms);
      }),
    );
  });

  it.each([
    ["2021-03-04T05:06:07.120Z", "T|seconds|3z|Z"],
    ["2021-03-04 05:06:07", " |seconds|0|"],
    ["2021-03-04 05:06", " |minutes|0|"],
    ["2021-03-04T05:06:07.000000+00:00", "T|seconds|6zero|+00:00"],
    ["2021-03-04 05:06:07.5+00", " |seconds|1|+00"],
    ["2021-03-04 05:06:07 UTC", " |seconds|0| UTC"],
  ])("spells %j as %j", (text, key) => {
    const { spelling } = readIsoDateTime(text)!;
    expect(spellingKey(spelling)).toBe(key);
    expect(parseSpellingKey(key)).toBe(spelling);
  });

  it.each([
    "2021-03-04T24:00:00",
    "2021-03-04T23:59:60Z",
    "2021-03-04T05:60:00",
    "2021-03-04T05:06:07.1234567Z",
    "2021-03-04T05:06:07+02:00",
    "2021-03-04t05:06:07z",
  ])("refuses %j, which nevertheless looks like a date", (text) => {
    expect(readIsoDateTime(text)).toBeNull();
    expect(looksLikeDate(text) || text.includes("t")).toBe(true);
  });

  it.each([
    "2021-03-04  05:06:07",
    "2021-03-04T05:06:07.",
    "2021-03-04T5:06:07",
    "2021-03-04T05:06:07ZZ",
    "2021-03-04T",
  ])("refuses %j", (text) => {
    expect(readIsoDateTime(text)).toBeNull();
  });

  it("tells offsets that timestamptz would forget from those that mean UTC", () => {
    for (const text of [
      "2021-03-04T05:06:07+02:00",
      "2021-03-04 05:06:07.25-0330",
      "2021-03-04 05:06:07 +02",
      "2021-03-04T05:06:07-00:00",
    ])
      expect(hasOtherOffset(text), text).toBe(true);
    for (const text of [
      "2021-03-04T05:06:07+00:00",
      "2021-03-04T05:06:07Z",
      "2021-03-04",
      "2021-02-30T05:06:07+02:00",
      "2021-03-04T05:06:07+16:00",
    ])
      expect(hasOtherOffset(text), text).toBe(false);
  });
});

describe("times", () => {
  it("gives the very text back for every time of day that it reads", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_399_999_999 }), forms, (micros, { separator: _, ...form }) => {
        const text = renderIsoTime(micros, form);
        const read = readIsoTime(text)!;
        expect(renderIsoTime(read.micros, commonSpelling([spellingKey(read.spelling)])!)).toBe(text);
      }),
    );
  });

  it("refuses 24:00, a lone hour and a date", () => {
    for (const text of ["24:00", "12", "12:5", "2021-03-04", "12:00:60", ""])
      expect(readIsoTime(text), text).toBeNull();
  });
});

describe("the common spelling of a column", () => {
  const common = (...texts: string[]) =>
    commonSpelling(texts.map((text) => spellingKey(readIsoDateTime(`2021-03-04 ${text}`)!.spelling)));

  it.each([
    [["05:06:07", "05:06:08"], 0],
    [["05:06:07.120", "05:06:07.000"], 3],
    [["05:06:07", "05:06:07.120000"], "0or6"],
    [["05:06:07", "05:06:07.12", "05:06:07.123456"], "trimmed"],
  ] as const)("of %j has fraction %j", (texts, fraction) => {
    expect(common(...texts)).toEqual({ separator: " ", seconds: true, fraction, zone: "" });
  });

  it("is null where no one form renders all of them back", () => {
    expect(common("05:06:07", "05:06:07.10")).toBeNull();
    expect(common("05:06:07", "05:06:07.000000")).toBeNull();
    expect(common("05:06:07", "05:06")).toBeNull();
    expect(common("05:06:07", "05:06:07Z")).toBeNull();
    expect(common()).toBeNull();
  });
});
