/** Encoders of columns that are spelled in several ways, and of arrays, are broken on purpose: the proof must not say "equal". */
import { afterEach, expect, test, vi } from "vitest";
import type { CopyBuffer } from "../../../src/copy/encode/buffer.ts";
import type { FieldEncoder } from "../../../src/copy/encode/reject.ts";
import { verifyRun } from "../../../src/verify/verify.ts";
import { crossing, sqliteFile } from "../../support/crossing.ts";
import { freshDatabase } from "../../support/database.ts";

type Damage = (out: CopyBuffer, at: number) => void;

const broken = vi.hoisted(() => ({ encoder: "", damage: ((): void => undefined) as Damage, fields: 0 }));

const breakable = vi.hoisted(() => {
  const guard =
    (name: string, encode: FieldEncoder): FieldEncoder =>
    (value, out) => {
      const at = out.length;
      const outcome = encode(value, out);
      if (name !== broken.encoder || (outcome !== null && typeof outcome !== "symbol")) return outcome;
      broken.fields++;
      broken.damage(out, at);
      return outcome;
    };
  return async (original: () => Promise<unknown>): Promise<Record<string, unknown>> =>
    Object.fromEntries(
      Object.entries((await original()) as Record<string, unknown>).map(([name, value]) => {
        if (!name.endsWith("Encoder") || typeof value !== "function") return [name, value];
        if (name === "uuidMixedEncoder") return [name, guard(name, value as FieldEncoder)];
        const make = value as (...rules: unknown[]) => FieldEncoder;
        return [name, (...rules: unknown[]) => guard(name, make(...rules))];
      }),
    );
});

vi.mock("../../../src/copy/encode/arrays.ts", breakable);
vi.mock("../../../src/copy/encode/empty-texts.ts", breakable);
vi.mock("../../../src/copy/encode/iso-moments.ts", breakable);
vi.mock("../../../src/copy/encode/uuids.ts", breakable);

const database = await freshDatabase();

afterEach(() => {
  Object.assign(broken, { encoder: "", fields: 0 });
});

const path =
  sqliteFile(`CREATE TABLE t (id INTEGER PRIMARY KEY, whole, real, exact, truth, ref, word, ids, moment, blank, day);
  INSERT INTO t VALUES
    (1, '[1, -2]', '[1.0, 2.5]', '[1.50]', '[true,false]', '["0188f3a2-5b6c-7d8e-9f00-112233445566"]', '["ab","cd"]',
     '{0188F3A2-5b6c-7d8e-9f00-112233445566}', '2025-01-01T00:00+02:00', '', ''),
    (2, '[9223372036854775807,null]', '[1e-7]', '[12345678901234567890]', '[]', '[null]', '[]',
     x'0188f3a25b6c7d8e9f00112233445566', '2025-01-01 00:00:00.5Z', 'x', '2025-01-01'),
    (3, NULL, NULL, NULL, NULL, NULL, NULL, 'urn:uuid:0188f3a2-5b6c-7d8e-9f00-112233445566', NULL, NULL, NULL);`);

const array = (name: "bigint" | "double precision" | "numeric" | "boolean" | "uuid" | "text") =>
  ({ type: { name: "array", element: { name } }, form: { kind: "json-array" } }) as const;

const COLUMNS = [
  { target: "id" },
  { target: "whole", ...array("bigint") },
  { target: "real", ...array("double precision") },
  { target: "exact", ...array("numeric") },
  { target: "truth", ...array("boolean") },
  { target: "ref", ...array("uuid") },
  { target: "word", ...array("text") },
  { target: "ids", type: { name: "uuid" }, form: { kind: "uuid-mixed" } },
  { target: "moment", type: { name: "timestamptz" }, form: { kind: "iso-moment", naive: 0 } },
  { target: "blank", type: { name: "text" }, form: { kind: "text" }, emptyAsNull: true },
  { target: "day", type: { name: "date" }, form: { kind: "iso-date" }, emptyAsNull: true },
] as const;

type Column = (typeof COLUMNS)[number]["target"];

const copyAndProve = async (...columns: Column[]) => {
  const only = COLUMNS.filter(({ target }) => target === "id" || columns.includes(target));
  const { copy, plan, run } = await crossing(database, path, { tables: [{ target: "t", columns: only }] });
  const outcome = await copy();
  const proof = await verifyRun({
    ...{ plan, readPath: path, target: database.target, run, mode: "full", jobs: 1, emit: () => undefined },
  });
  return { table: proof.tables[0]!, cleaned: outcome.tables[0]!.rowsCleaned };
};

test("as they are, all of them are proven, and the rows whose empty texts are NULL are counted", async () => {
  const { table, cleaned } = await copyAndProve(...COLUMNS.map(({ target }) => target));
  expect(table).toMatchObject({ proof: "equal", rowsFound: 3, rowsRejected: 0, rowsCleaned: 1, differences: [] });
  expect(cleaned).toBe(1);
});

const flip =
  (fromEnd: number, bits: number): Damage =>
  (out) => {
    out.bytes[out.length - fromEnd]! ^= bits;
  };

/** An array's header: length, dimensions, nulls, the type, elements, where it begins; then the first element with its length. */
const FIRST_ELEMENT = 28;

const MUTATIONS: readonly (readonly [encoder: string, column: Column, defect: string, damage: Damage])[] = [
  [
    "arrayEncoder",
    "whole",
    "an integer's lowest bit",
    (out, at) => (out.length > at + 36 ? flipAt(out, at + 31) : undefined),
  ],
  [
    "arrayEncoder",
    "real",
    "a double's sign",
    (out, at) => (out.length > at + 35 ? flipAt(out, at + FIRST_ELEMENT, 0x80) : undefined),
  ],
  ["arrayEncoder", "exact", "a numeric's last digits", flip(1, 1)],
  [
    "arrayEncoder",
    "truth",
    "false for true",
    (out, at) => (out.length > at + FIRST_ELEMENT ? flipAt(out, at + FIRST_ELEMENT) : undefined),
  ],
  ["arrayEncoder", "ref", "a bit of a UUID", (out, at) => (out.length > at + 40 ? flipAt(out, at + 40) : undefined)],
  [
    "arrayEncoder",
    "word",
    "a text's last letter",
    (out, at) => (out.length > at + 30 ? flip(1, 1)(out, at) : undefined),
  ],
  [
    "arrayEncoder",
    "word",
    "NULL for an empty array",
    (out, at) => (out.length === at + 16 ? toNull(out, at) : undefined),
  ],
  ["uuidMixedEncoder", "ids", "one bit", flip(1, 1)],
  ["uuidMixedEncoder", "ids", "two bytes exchanged", (out, at) => void out.bytes.subarray(at + 4, at + 6).swap16()],
  [
    "isoMomentEncoder",
    "moment",
    "the offset's sign",
    (out, at) => void out.bytes.writeBigInt64BE(out.bytes.readBigInt64BE(at + 4) + 14_400_000_000n, at + 4),
  ],
  [
    "emptyEncoder",
    "blank",
    "the empty text for NULL",
    (out) => (isNull(out) ? out.setInt32(out.length - 4, 0) : undefined),
  ],
  ["emptyEncoder", "blank", "NULL for another text", (out, at) => toNull(out, at)],
];

const flipAt = (out: CopyBuffer, at: number, bits = 1): void => {
  out.bytes[at]! ^= bits;
};
const isNull = (out: CopyBuffer): boolean => out.bytes.readInt32BE(out.length - 4) === -1;
const toNull = (out: CopyBuffer, at: number): void => {
  out.length = at + 4;
  out.setInt32(at, -1);
};

test.each(MUTATIONS)("%s that writes %s with another %s is found", async (encoder, column, _, damage) => {
  Object.assign(broken, { encoder, damage });
  const { table } = await copyAndProve(column);
  expect(broken.fields).toBeGreaterThan(0);
  expect(table.proof).toBe("different");
  expect(table.differences).not.toEqual([]);
});
