/** Values on their way back, one renderer at a time: each in the very spelling that its column had. */
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import type { SourceForm, StoredClasses, TargetType } from "../../../src/plan/model.ts";
import { rendererOf } from "../../../src/reverse/values/compile.ts";
import { type ColumnPlace, Misfit, StoredText, type Wire } from "../../../src/reverse/values/model.ts";

const POLICIES = { nul: "reject", invalidText: "reject", invalidJson: "text", orphans: "keep" } as const;

/** What SQLite itself makes of a moment. */
const julianday = (text: string): unknown => {
  const db = new Database(":memory:");
  const day = db.prepare("SELECT julianday(?)").pluck().get(text);
  db.close();
  return day;
};

const place = (given: Partial<ColumnPlace> = {}): ColumnPlace => ({
  ...{ affinity: "BLOB", encoding: "UTF-8", policies: POLICIES, stored: null, merged: () => undefined },
  ...given,
});

const render = (form: SourceForm, type: TargetType, value: Wire, given: Partial<ColumnPlace> = {}) =>
  rendererOf(form, type, place(given))(value);

const held = (given: Partial<StoredClasses>): StoredClasses => ({
  ...{ integers: 0, reals: 0, texts: 0, blobs: 0, decimalTexts: 0, textualBlobs: 0 },
  ...given,
});

describe("moments", () => {
  const timestamp: TargetType = { name: "timestamp" };
  const at = { days: 19_724, micros: 11_045_500_000 };

  it.each([
    [{ kind: "iso-datetime", separator: "T", seconds: true, fraction: 3, zone: "Z" }, "2024-01-02T03:04:05.500Z"],
    [{ kind: "iso-datetime", separator: " ", seconds: true, fraction: "trimmed", zone: "" }, "2024-01-02 03:04:05.5"],
    [
      { kind: "iso-datetime", separator: " ", seconds: true, fraction: "0or6", zone: "+00" },
      "2024-01-02 03:04:05.500000+00",
    ],
    [{ kind: "epoch", unit: "ms", storage: "integer" }, 1_704_164_645_500n],
    [{ kind: "epoch", unit: "us", storage: "integer" }, 1_704_164_645_500_000n],
    [{ kind: "epoch", unit: "s", storage: "real" }, 1_704_164_645.5],
    [{ kind: "iso-date" }, "2024-01-02"],
    [{ kind: "iso-time", seconds: true, fraction: 1, zone: "" }, "03:04:05.5"],
  ] as const)("as %j are %s", (form, expected) => {
    expect(render(form, timestamp, at)).toBe(expected);
  });

  it("before 1970 and at the ends of four-digit years keep their calendar", () => {
    const date = (days: number) => render({ kind: "iso-date" }, { name: "date" }, { days, micros: 0 });
    for (const text of [
      "0001-01-01",
      "1600-02-29",
      "1899-12-31",
      "1969-12-31",
      "2000-02-29",
      "2100-03-01",
      "9999-12-31",
    ])
      expect(date(Date.parse(`${text}T00:00Z`) / 86_400_000)).toBe(text);
    expect(date(-719_163)).toBeInstanceOf(Misfit);
    expect(date(2_932_897)).toBeInstanceOf(Misfit);
    expect(render({ kind: "epoch", unit: "s", storage: "integer" }, timestamp, { days: -1, micros: 0 })).toBe(-86_400n);
  });

  it("give the very Julian day number back, and refuse what none can say", () => {
    const julian = (days: number, micros: number) => render({ kind: "julian" }, timestamp, { days, micros });
    expect(julian(0, 0)).toBe(2_440_587.5);
    expect(julian(19_724, 11_045_500_000)).toBe(julianday("2024-01-02 03:04:05.500"));
    expect(julian(19_724, 11_045_500_001)).toBeInstanceOf(Misfit);
  });

  it.each([
    [{ kind: "iso-datetime", separator: " ", seconds: true, fraction: 0, zone: "" }, at],
    [{ kind: "iso-datetime", separator: " ", seconds: false, fraction: 0, zone: "" }, at],
    [{ kind: "epoch", unit: "s", storage: "integer" }, at],
    [{ kind: "iso-date" }, "infinity"],
    [
      { kind: "iso-time", seconds: true, fraction: "trimmed", zone: "" },
      { days: 0, micros: 86_400_000_000 },
    ],
  ] as const)("that %j cannot say are misfits", (form, value) => {
    expect(render(form, timestamp, value)).toBeInstanceOf(Misfit);
  });
});

describe("numbers", () => {
  it.each([
    ["12345678901234567890123", "NUMERIC", 1.2345678901234568e22, Misfit],
    ["9223372036854775807", "NUMERIC", 9223372036854775807n, null],
    ["9223372036854776000", "NUMERIC", 2 ** 63, null],
    ["0.1", "NUMERIC", 0.1, null],
    ["0.10000000000000000555", "NUMERIC", 0, Misfit],
    ["12.50", "TEXT", "12.50", null],
    ["2.00", "INTEGER", 2n, null],
    ["NaN", "NUMERIC", 0, Misfit],
  ] as const)("numeric %s goes into %s affinity as %s", (text, affinity, expected, misfit) => {
    const bound = render({ kind: "decimal" }, { name: "numeric" }, text, { affinity });
    if (misfit === null) expect(bound).toBe(expected);
    else expect(bound).toBeInstanceOf(Misfit);
  });

  it("that SQLite would change in its column are misfits", () => {
    const real = (value: number, affinity: ColumnPlace["affinity"]) =>
      render({ kind: "real" }, { name: "double precision" }, value, { affinity });
    expect(real(-0, "REAL")).toBeInstanceOf(Misfit);
    expect(real(-0, "BLOB")).toBe(-0);
    expect(real(Number.NaN, "BLOB")).toBeInstanceOf(Misfit);
    expect(render({ kind: "text" }, { name: "text" }, "007", { affinity: "NUMERIC" })).toBeInstanceOf(Misfit);
    expect(render({ kind: "text" }, { name: "text" }, "0x7", { affinity: "NUMERIC" })).toBe("0x7");
    expect(render({ kind: "integer" }, { name: "bigint" }, 2n ** 53n + 1n, { affinity: "REAL" })).toBeInstanceOf(
      Misfit,
    );
  });
});

describe("columns of several storage classes", () => {
  const text = (value: string, stored: Partial<StoredClasses>, more: Partial<ColumnPlace> = {}) =>
    render({ kind: "any" }, { name: "text" }, value, { stored: held(stored), ...more });

  it("go back to the only class that a value can have had", () => {
    expect(text("1", { integers: 2, texts: 3 })).toBe(1n);
    expect(text("01", { integers: 2, texts: 3 })).toBe("01");
    expect(text("1.0", { reals: 2, texts: 3 })).toBe(1);
    expect(text("1", { reals: 2, texts: 3 })).toBe("1");
    expect(text("abc", { integers: 2, blobs: 3, textualBlobs: 3 })).toEqual(Buffer.from("abc"));
    expect(text("5", { integers: 1, texts: 3 }, { affinity: "TEXT" })).toBe("5");
    expect(text("9223372036854775808", { integers: 1, texts: 3 })).toBe("9223372036854775808");
  });

  it("say how many values could have been of two", () => {
    let merged = 0;
    const count = (): void => void merged++;
    expect(text("1", { integers: 2, texts: 9, decimalTexts: 5 }, { merged: count })).toBe("1");
    expect(text("1", { integers: 7, texts: 9, decimalTexts: 5 }, { merged: count })).toBe(1n);
    expect(text("x", { integers: 7, texts: 9, decimalTexts: 5 }, { merged: count })).toBe("x");
    expect(merged).toBe(2);
  });

  it("of bytes tell text, valid or not, from BLOBs", () => {
    const bytes = (hex: string, stored: Partial<StoredClasses>) =>
      render({ kind: "any" }, { name: "bytea" }, Buffer.from(hex, "hex"), { stored: held(stored) });
    expect(bytes("6162", { texts: 2, blobs: 1 })).toBe("ab");
    expect(bytes("ff", { texts: 2, blobs: 1 })).toEqual(Buffer.from("ff", "hex"));
    expect(bytes("ff", { texts: 2 })).toEqual(new StoredText(Buffer.from("ff", "hex")));
    expect(bytes("3132", { integers: 1, blobs: 1 })).toBe(12n);
  });
});

describe("documents", () => {
  const doubles: TargetType = { name: "array", element: { name: "double precision" } };

  it("of arrays are spelled as the column's program does", () => {
    const spelled = (numbers: "javascript" | "python", value: string) =>
      render({ kind: "json-array", spelling: { separator: ", ", ascii: true, numbers } }, doubles, value);
    expect(spelled("python", "[1,0.066074371337890625,1e22,1e-5,0.0001,-0.5]")).toBe(
      "[1.0, 0.06607437133789062, 1e+22, 1e-05, 0.0001, -0.5]",
    );
    expect(spelled("javascript", "[1,1e22,0.00001]")).toBe("[1, 1e+22, 0.00001]");
    // JavaScript itself would write 0, which is another number to the proof.
    expect(spelled("javascript", "[-0]")).toBe("[-0.0]");
    expect(spelled("python", "[[1],[2]]")).toBeInstanceOf(Misfit);
    expect(spelled("python", '["NaN"]')).toBeInstanceOf(Misfit);
    const texts = { separator: ",", ascii: true, numbers: "javascript" } as const;
    const array: TargetType = { name: "array", element: { name: "text" } };
    expect(render({ kind: "json-array", spelling: texts }, array, '["é😀",null]')).toBe(
      '["\\u00e9\\ud83d\\ude00",null]',
    );
  });

  it("of packed vectors are their bytes", () => {
    const packed = (element: "float32" | "float64" | "int8" | "bit", type: TargetType, value: string) =>
      render({ kind: "packed-vector", element }, type, value);
    expect(packed("float32", { name: "vector", dimensions: 2 }, "[0.1,-1]")).toEqual(
      Buffer.from("cdcccc3d000080bf", "hex"),
    );
    expect(packed("int8", { name: "vector", dimensions: 2 }, "[127,-1]")).toEqual(Buffer.from("7fff", "hex"));
    expect(packed("int8", { name: "vector", dimensions: 1 }, "[0.5]")).toBeInstanceOf(Misfit);
    expect(packed("bit", { name: "bit", length: 10 }, "1000000001")).toEqual(Buffer.from("0102", "hex"));
  });

  it("that are numbers alone go back to INTEGER and REAL where those stood for JSON", () => {
    const json = (numbers: boolean, value: string) => render({ kind: "json", numbers }, { name: "json" }, value);
    expect([json(true, "12"), json(true, "1.0"), json(true, '"x"'), json(false, "12")]).toEqual([12n, 1, '"x"', "12"]);
  });
});
