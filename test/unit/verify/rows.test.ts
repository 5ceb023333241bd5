import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Buckets } from "../../../src/verify/buckets.ts";
import { layoutOf } from "../../../src/verify/layout.ts";
import { RowBuffer } from "../../../src/verify/row-buffer.ts";
import { TargetRows } from "../../../src/verify/target-rows.ts";
import { tableOf } from "../../support/plan.ts";

const layout = layoutOf(
  tableOf({ target: "t", columns: [{ target: "id" }, { target: "note", type: { name: "text" } }] }),
  false,
);

const field = (bytes: Buffer | null): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes?.length ?? -1);
  return Buffer.concat([length, bytes ?? Buffer.alloc(0)]);
};

const stream = (rows: readonly (readonly [bigint, string | null])[]): Buffer => {
  const tuples = rows.map(([id, note]) => {
    const integer = Buffer.alloc(8);
    integer.writeBigInt64BE(id);
    return Buffer.concat([Buffer.from([0, 2]), field(integer), field(note === null ? null : Buffer.from(note))]);
  });
  return Buffer.concat([
    Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1"),
    ...tuples,
    Buffer.from([0xff, 0xff]),
  ]);
};

const ROWS = fc.array(fc.tuple(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.option(fc.string())), {
  maxLength: 20,
});

describe("the stream of binary COPY", () => {
  it("gives the same rows however it is cut into chunks", () => {
    fc.assert(
      fc.property(ROWS, fc.integer({ min: 1, max: 40 }), (rows, size) => {
        const bytes = stream(rows);
        const whole = new RowBuffer();
        new TargetRows(layout).push(bytes, whole);
        const cut = new RowBuffer();
        const reader = new TargetRows(layout);
        for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size), cut);
        reader.finish();
        expect(cut.count).toBe(rows.length);
        expect(cut.starts).toEqual(whole.starts);
        expect(cut.bytes.subarray(0, cut.length).equals(whole.bytes.subarray(0, whole.length))).toBe(true);
      }),
    );
  });

  it("is never taken for complete where it broke off", () => {
    const reader = new TargetRows(layout);
    reader.push(stream([[1n, "a"]]).subarray(0, -2), new RowBuffer());
    expect(() => reader.finish()).toThrow(/broke off/);
  });

  it("is refused where a row has another number of fields", () => {
    const bytes = Buffer.concat([stream([]).subarray(0, -2), Buffer.from([0, 1]), field(Buffer.alloc(8))]);
    expect(() => new TargetRows(layout).push(bytes, new RowBuffer())).toThrow(/1 fields instead of 2/);
  });
});

const counted = (
  rows: readonly (readonly [bigint, string | null])[],
  buckets: Buckets,
  side: "expected" | "found",
): void => {
  const buffer = new RowBuffer();
  new TargetRows(layout).push(stream(rows), buffer);
  buckets.add(buffer, side);
};

describe("sums of row hashes", () => {
  it("are equal for the same rows in any order, duplicates included", () => {
    fc.assert(
      fc.property(ROWS, (rows) => {
        const buckets = new Buckets(rows.length);
        counted([...rows, ...rows], buckets, "expected");
        counted([...rows.toReversed(), ...rows], buckets, "found");
        expect(buckets.differing()).toEqual([]);
      }),
    );
  });

  it("differ where one row is there once more, once less or changed", () => {
    fc.assert(
      fc.property(ROWS, fc.bigInt({ min: 0n, max: 1000n }), fc.string(), (rows, id, note) => {
        const damaged = (found: typeof rows, expected: typeof rows): number => {
          const buckets = new Buckets(rows.length);
          counted(expected, buckets, "expected");
          counted(found, buckets, "found");
          return buckets.differing().length;
        };
        expect(damaged(rows, [...rows, [id, note]])).toBe(1);
        expect(damaged([...rows, [id, note], [id, note]], [...rows, [id, note]])).toBe(1);
        expect(damaged([...rows, [id, note]], [...rows, [id, `${note} `]])).toBeGreaterThan(0);
      }),
    );
  });
});
