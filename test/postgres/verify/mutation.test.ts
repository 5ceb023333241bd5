/** Each encoder of the copy is broken on purpose, one at a time: the proof must not say "equal". */
import { afterEach, describe, expect, test, vi } from "vitest";
import type { CopyBuffer } from "../../../src/copy/encode/buffer.ts";
import type { FieldEncoder, Outcome } from "../../../src/copy/encode/reject.ts";
import type { TableProof } from "../../../src/verify/model.ts";
import { verifyRun } from "../../../src/verify/verify.ts";
import { crossing, sqliteFile } from "../../support/crossing.ts";
import { freshDatabase } from "../../support/database.ts";
import { EVERY_TYPE_PLAN, EVERY_TYPE_SQLITE } from "./fixture.ts";

/** Changes the field that begins (with its length) at `at` and ends with the buffer. */
type Damage = (out: CopyBuffer, at: number) => void;

const broken = vi.hoisted(() => ({ encoder: "", damage: ((): void => undefined) as Damage, fields: 0 }));

const breakable = vi.hoisted(() => {
  const guard =
    (name: string, encode: FieldEncoder): FieldEncoder =>
    (value, out) => {
      const at = out.length;
      const outcome: Outcome = encode(value, out);
      const isWritten = outcome === null || typeof outcome === "symbol";
      if (name !== broken.encoder || !isWritten) return outcome;
      broken.fields++;
      broken.damage(out, at);
      return outcome;
    };
  const DIRECT = [
    "isoDateEncoder",
    "julianEncoder",
    "byteaEncoder",
    "doubleEncoder",
    "bigintEncoder",
    "booleanIntegerEncoder",
  ];
  /** A module's exports with every encoder, or what makes one, wrapped. */
  return async (original: () => Promise<unknown>): Promise<Record<string, unknown>> => {
    const wrapped: Record<string, unknown> = {};
    for (const [name, value] of Object.entries((await original()) as Record<string, unknown>)) {
      if (!name.endsWith("Encoder") || typeof value !== "function") wrapped[name] = value;
      else if (DIRECT.includes(name)) wrapped[name] = guard(name, value as FieldEncoder);
      else
        wrapped[name] = (...rules: unknown[]) =>
          guard(name, (value as (...rules: unknown[]) => FieldEncoder)(...rules));
    }
    return wrapped;
  };
});

vi.mock("../../../src/copy/encode/booleans.ts", breakable);
vi.mock("../../../src/copy/encode/bytes.ts", breakable);
vi.mock("../../../src/copy/encode/documents.ts", breakable);
vi.mock("../../../src/copy/encode/epochs.ts", breakable);
vi.mock("../../../src/copy/encode/integers.ts", breakable);
vi.mock("../../../src/copy/encode/iso.ts", breakable);
vi.mock("../../../src/copy/encode/julian.ts", breakable);
vi.mock("../../../src/copy/encode/mixed.ts", breakable);
vi.mock("../../../src/copy/encode/numeric.ts", breakable);
vi.mock("../../../src/copy/encode/texts.ts", breakable);
vi.mock("../../../src/copy/encode/uuids.ts", breakable);

/** The proof's own decoder of moments, made to read a second less: together with a copy that writes a second more, both agree. */
const misread = vi.hoisted(() => ({ moments: false }));
vi.mock("../../../src/verify/target-values/compile.ts", async (original) => {
  const { targetWriter } = await original<typeof import("../../../src/verify/target-values/compile.ts")>();
  return {
    targetWriter: (type: Parameters<typeof targetWriter>[0]): ReturnType<typeof targetWriter> => {
      const write = targetWriter(type);
      if (!misread.moments || !type.name.startsWith("timestamp")) return write;
      return (bytes, at, length, out) => {
        const shifted = Buffer.alloc(8);
        shifted.writeBigInt64BE(bytes.readBigInt64BE(at) - 1_000_000n);
        write(shifted, 0, length, out);
      };
    },
  };
});

const database = await freshDatabase();
const path = sqliteFile(EVERY_TYPE_SQLITE);
const [everyType, byText, bag] = EVERY_TYPE_PLAN.tables;

afterEach(() => {
  Object.assign(broken, { encoder: "", fields: 0 });
  misread.moments = false;
});

/** Copies with the encoder that is broken at the moment and gives what the proof says of each table. */
const copyAndProve = async (indexed: boolean): Promise<readonly TableProof[]> => {
  const { copy, plan, run } = await crossing(database, path, { tables: [everyType!, byText!, bag!] });
  await copy();
  // With the index the table is compared in key order, without it in buckets.
  if (indexed) await database.admin.query(`CREATE INDEX ON ${plan.schema}.every_type (id)`);
  const { tables } = await verifyRun({
    plan,
    readPath: path,
    target: database.target,
    run,
    mode: "full",
    jobs: 1,
    emit: () => undefined,
  });
  return tables;
};

const shift =
  (micros: bigint): Damage =>
  (out, at) => {
    const value = out.bytes.readBigInt64BE(at + 4) + micros;
    if (value > -211_813_488_000_000_000n && value < 9_223_371_331_200_000_000n)
      out.bytes.writeBigInt64BE(value, at + 4);
  };
const flip =
  (offset: number, bits: number): Damage =>
  (out, at) => {
    if (out.length > at + 4 + offset) out.bytes[at + 4 + offset]! ^= bits;
  };
/** Adds to the last byte of texts, so that they stay valid UTF-8: only ASCII is changed. */
const lastLetter: Damage = (out, at) => {
  const last = out.bytes[out.length - 1]!;
  if (out.length > at + 4 && last >= 0x61 && last < 0x7a) out.bytes[out.length - 1] = last + 1;
};
const cutShort: Damage = (out, at) => {
  const last = out.bytes[out.length - 1]!;
  if (out.length === at + 4 || last >= 0x80) return;
  out.length--;
  out.setInt32(at, out.length - at - 4);
};
const toNull: Damage = (out, at) => {
  out.length = at + 4;
  out.setInt32(at, -1);
};
const SECOND = 1_000_000n;
const EPOCH_1970_FOR_2000 = 946_684_800n * SECOND;

const MUTATIONS: readonly (readonly [encoder: string, defect: string, damage: Damage])[] = [
  ["smallIntegerEncoder", "the sign bit", flip(0, 0x80)],
  ["bigintEncoder", "the lowest bit", flip(7, 1)],
  ["bigintEncoder", "the upper half dropped", (out, at) => out.bytes.fill(0, at + 4, at + 8)],
  ["bigintEncoder", "NULL for a value", toNull],
  ["doubleEncoder", "the sign bit", flip(0, 0x80)],
  ["doubleEncoder", "the last bit of the mantissa", flip(7, 1)],
  [
    "doubleEncoder",
    "single precision",
    (out, at) => void out.bytes.writeDoubleBE(Math.fround(out.bytes.readDoubleBE(at + 4)), at + 4),
  ],
  ["booleanIntegerEncoder", "true for false", flip(0, 1)],
  ["booleanTextEncoder", "true for false", flip(0, 1)],
  ["numericEncoder", "the sign", flip(4, 0x40)],
  [
    "numericEncoder",
    "a weight of one group more",
    (out, at) => void out.bytes.writeInt16BE(out.bytes.readInt16BE(at + 6) + 1, at + 6),
  ],
  ["textEncoder", "another last letter", lastLetter],
  ["textEncoder", "cut short", cutShort],
  ["textEncoder", "NULL for the empty text", (out, at) => (out.length === at + 4 ? toNull(out, at) : undefined)],
  ["byteaEncoder", "one bit", flip(1, 1)],
  ["mixedTextEncoder", "cut short", cutShort],
  ["mixedBytesEncoder", "one bit", flip(0, 1)],
  ["uuidEncoder", "two bytes exchanged", (out, at) => void out.bytes.subarray(at + 4, at + 6).swap16()],
  ["uuidEncoder", "one bit", flip(15, 1)],
  [
    "jsonEncoder",
    "another digit",
    (out, at) => {
      const one = out.bytes.indexOf("1", at + 4);
      if (one >= 0 && one < out.length) out.bytes[one] = 0x32;
    },
  ],
  [
    "isoDateEncoder",
    "days since 1970 instead of 2000",
    (out, at) => {
      const days = out.bytes.readInt32BE(at + 4) + 10_957;
      if (days < 2_921_939) out.bytes.writeInt32BE(days, at + 4);
    },
  ],
  [
    "isoDateEncoder",
    "the month from 0",
    (out, at) => void out.bytes.writeInt32BE(out.bytes.readInt32BE(at + 4) + 31, at + 4),
  ],
  [
    "isoTimeEncoder",
    "milliseconds for microseconds",
    (out, at) => void out.bytes.writeBigInt64BE(out.bytes.readBigInt64BE(at + 4) / 1000n, at + 4),
  ],
  ["isoDateTimeEncoder", "a time zone of two hours", shift(7200n * SECOND)],
  ["isoDateTimeEncoder", "one microsecond", shift(1n)],
  ["epochEncoder", "the epoch of 1970 for 2000", shift(EPOCH_1970_FOR_2000)],
  ["epochEncoder", "the sign", (out, at) => void out.bytes.writeBigInt64BE(-out.bytes.readBigInt64BE(at + 4), at + 4)],
  ["julianEncoder", "midnight for noon", shift(43_200n * SECOND)],
];

describe("the proof", () => {
  test.each([true, false])("is equal for the copy as it is (compared in key order: %s)", async (indexed) => {
    const tables = await copyAndProve(indexed);
    expect(tables.map(({ proof, differences }) => [proof, differences])).toEqual(Array(3).fill(["equal", []]));
    expect(tables[0]!.how).toBe(indexed ? "ordered" : "buckets");
  });

  test.each(MUTATIONS)("is different when %s writes %s", async (encoder, _, damage) => {
    Object.assign(broken, { encoder, damage, fields: 0 });
    const tables = await copyAndProve(true);
    expect(broken.fields).toBeGreaterThan(0);
    expect(tables.some(({ proof }) => proof === "different")).toBe(true);
    expect(tables.flatMap(({ differences }) => differences)).not.toEqual([]);
  });

  test("is different when a broken encoder's table is compared in buckets", async () => {
    Object.assign(broken, { encoder: "isoDateTimeEncoder", damage: shift(1n), fields: 0 });
    expect((await copyAndProve(false))[0]).toMatchObject({ proof: "different", differing: 3 });
  });

  test.each([true, false])(
    "is different by the server's own text when copy and proof share one mistake (in key order: %s)",
    async (indexed) => {
      Object.assign(broken, { encoder: "epochEncoder", damage: shift(SECOND), fields: 0 });
      misread.moments = true;
      const only = EVERY_TYPE_PLAN.tables[0]!.columns.filter(({ target }) => target === "id" || target === "epoch");
      const { copy, plan, run } = await crossing(database, path, { tables: [{ ...everyType!, columns: only }] });
      await copy();
      if (indexed) await database.admin.query(`CREATE INDEX ON ${plan.schema}.every_type (id)`);
      const proof = await verifyRun({
        plan,
        readPath: path,
        target: database.target,
        run,
        mode: "full",
        jobs: 1,
        emit: () => undefined,
      });
      expect(proof.tables[0]!.proof).toBe("different");
      expect(proof.tables[0]!.differences).toContainEqual({
        key: indexed ? "id = -5" : "",
        column: "epoch",
        source: "1969-12-31 23:59:59+00",
        target: indexed ? "1970-01-01 00:00:00+00" : "no value that the server prints so",
        kind: "value",
      });
    },
  );
});
