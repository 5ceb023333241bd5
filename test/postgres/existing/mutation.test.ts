/** Each encoder that only an application's own columns use is broken on purpose: the proof must not say "equal". */
import { afterEach, expect, it, vi } from "vitest";
import type { CopyBuffer } from "../../../src/copy/encode/buffer.ts";
import type { FieldEncoder } from "../../../src/copy/encode/reject.ts";
import { freshDatabase } from "../../support/database.ts";
import { application } from "../../support/into-existing.ts";

type Damage = (out: CopyBuffer, at: number) => void;

const broken = vi.hoisted(() => ({ encoder: "", damage: ((): void => undefined) as Damage, fields: 0 }));

const breakable = vi.hoisted(() => {
  const guard =
    (name: string, encode: FieldEncoder): FieldEncoder =>
    (value, out) => {
      const at = out.length;
      const outcome = encode(value, out);
      if (name !== broken.encoder || outcome !== null) return outcome;
      broken.fields++;
      broken.damage(out, at);
      return outcome;
    };
  return async (original: () => Promise<unknown>): Promise<Record<string, unknown>> =>
    Object.fromEntries(
      Object.entries((await original()) as Record<string, unknown>).map(([name, value]) => {
        if (!name.endsWith("Encoder") || typeof value !== "function") return [name, value];
        if (name === "realEncoder") return [name, guard(name, value as FieldEncoder)];
        const make = value as (...rules: unknown[]) => FieldEncoder;
        return [
          name,
          name.startsWith("bigint") || name.startsWith("double")
            ? value
            : (...rules: unknown[]) => guard(name, make(...rules)),
        ];
      }),
    );
});

vi.mock("../../../src/copy/encode/arrays.ts", breakable);
vi.mock("../../../src/copy/encode/integers.ts", breakable);
vi.mock("../../../src/copy/encode/iso-moments.ts", breakable);
vi.mock("../../../src/copy/encode/modifiers.ts", breakable);

const { target, admin } = await freshDatabase();

afterEach(() => {
  Object.assign(broken, { encoder: "", fields: 0 });
});

const flip =
  (fromEnd: number, bits: number): Damage =>
  (out) => {
    out.bytes[out.length - fromEnd]! ^= bits;
  };
const addMicros =
  (micros: bigint): Damage =>
  (out, at) =>
    void out.bytes.writeBigInt64BE(out.bytes.readBigInt64BE(at + 4) + micros, at + 4);

const MUTATIONS: readonly (readonly [encoder: string, defect: string, damage: Damage])[] = [
  ["realEncoder", "the sign", flip(4, 0x80)],
  ["realEncoder", "the lowest bit", flip(1, 1)],
  ["isoMomentEncoder", "an hour", addMicros(3_600_000_000n)],
  ["isoMomentEncoder", "a microsecond", addMicros(1n)],
  ["arrayEncoder", "an element's last letter", flip(1, 1)],
  ["arrayEncoder", "where it begins", (out, at) => out.setInt32(at + 20, 0)],
  ["labelEncoder", "another label", (out) => void out.bytes.write("glad", out.length - 4)],
  ["unpaddedEncoder", "a letter", flip(1, 1)],
  ["roundEncoder", "a millisecond", addMicros(1000n)],
];

it.each(MUTATIONS)("%s broken in %s is found", async (encoder, _, damage) => {
  const app = await application({
    ...{ target, admin, config: { zone: "UTC" } },
    source: `CREATE TABLE t (id INTEGER PRIMARY KEY, r, m, a, e, c, p);
      INSERT INTO t VALUES (1, 0.5, '2025-01-01 00:00', '["ab","cd"]', 'mild', 'abc', '2025-01-01 00:00:00.125');`,
    tables: `CREATE TYPE mood AS ENUM ('mild', 'glad');
      CREATE TABLE t (id integer PRIMARY KEY, r real, m timestamptz, a text[], e mood, c char(5), p timestamp(3));`,
  });
  app.change("INSERT INTO t (id, m) VALUES (2, '2025-01-01T00:00:00+02:00')");
  Object.assign(broken, { encoder, damage });
  const report = await app.load();
  expect(report.errors).toEqual([]);
  expect(broken.fields).toBeGreaterThan(0);
  expect(report).toMatchObject({ exitCode: 3, tables: [{ proof: "different" }] });
});

it("none of them broken, the same rows are proven", async () => {
  const app = await application({
    ...{ target, admin },
    source: "CREATE TABLE t (id INTEGER PRIMARY KEY, r); INSERT INTO t VALUES (1, 0.5);",
    tables: "CREATE TABLE t (id integer PRIMARY KEY, r real)",
  });
  expect(await app.load()).toMatchObject({ exitCode: 0, tables: [{ proof: "equal" }] });
});
