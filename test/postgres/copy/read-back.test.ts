/** Properties: whatever a form admits, the server's own text of what was copied is the text that SQLite's value calls for. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CopyBuffer } from "../../../src/copy/encode/buffer.ts";
import { compileEncoder } from "../../../src/copy/encode/compile.ts";
import type { SqliteValue } from "../../../src/copy/encode/reject.ts";
import { CopyIn } from "../../../src/copy/stream.ts";
import { renderType } from "../../../src/plan/ddl/type.ts";
import type { IsoSpelling } from "../../../src/plan/model.ts";
import { renderIso, renderIsoDate, renderIsoTime } from "../../../src/source/shapes/datetime.ts";
import { shortestDecimal } from "../../../src/source/shapes/decimal.ts";
import { renderJulian } from "../../../src/source/shapes/julian.ts";
import { freshDatabase } from "../../support/database.ts";
import { type GivenColumn, planOf } from "../../support/plan.ts";

const { admin } = await freshDatabase();

type Column = Omit<GivenColumn, "target">;

/** Copies values into a table of one column and reads each back through an expression over `c`. */
const readBack = async (column: Column, values: readonly SqliteValue[], expression = "c::text"): Promise<unknown[]> => {
  const plan = planOf({ tables: [{ target: "t", columns: [{ target: "n" }, { target: "c", ...column }] }] });
  const [table] = plan.tables;
  const encoder = compileEncoder(table!, plan.policies, "UTF-8");
  const out = new CopyBuffer(1024);
  for (const [i, value] of values.entries()) {
    expect(encoder.encode([BigInt(i), value], out)).toBeNull();
  }
  await admin.query(`DROP TABLE IF EXISTS t; CREATE TABLE t (n bigint, c ${renderType(table!.columns[1]!.type)})`);
  const copy = new CopyIn(admin, "COPY t (n, c) FROM STDIN (FORMAT binary)");
  await copy.send(out);
  expect(await copy.finish()).toBe(values.length);
  const { rows } = await admin.query<{ v: unknown }>(`SELECT ${expression} AS v FROM t ORDER BY n`);
  return rows.map(({ v }) => v);
};

/** Many values a table: a round trip for each would make the property slow, not stronger. */
const batchOf = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { minLength: 1, maxLength: 200 });

const holds = async <T>(arbitrary: fc.Arbitrary<T>, predicate: (values: T[]) => Promise<void>): Promise<void> =>
  fc.assert(
    fc.asyncProperty(batchOf(arbitrary), async (values) => {
      await predicate(values);
    }),
    { numRuns: 12 },
  );

const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 0n, -1n, 2n ** 53n + 1n, -(2n ** 32n), 2n ** 32n - 1n),
);
const double = fc.oneof(
  fc.double({ noNaN: true }),
  fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, 1.7976931348623157e308, 1e21, 1e-7, 0.1),
);
const text = fc.string({ unit: "binary", maxLength: 60 }).map((value) => value.replaceAll("\0", "").toWellFormed());

describe("what the server reads back", () => {
  test("integers of 64 bits", async () => {
    await holds(int64, async (values) => expect(await readBack({}, values)).toEqual(values.map(String)));
  });

  test("smallint and integer", async () => {
    await holds(fc.integer({ min: -32768, max: 32767 }), async (values) =>
      expect(await readBack({ type: { name: "smallint" } }, values.map(BigInt))).toEqual(values.map(String)),
    );
    await holds(fc.integer(), async (values) =>
      expect(await readBack({ type: { name: "integer" } }, values.map(BigInt))).toEqual(values.map(String)),
    );
  });

  test("doubles, bit by bit", async () => {
    const bits = (value: number): string => {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleBE(value);
      return bytes.toString("hex");
    };
    await holds(double, async (values) =>
      expect(await readBack({ type: { name: "double precision" } }, values, "encode(float8send(c), 'hex')")).toEqual(
        values.map(bits),
      ),
    );
  });

  test("numeric of doubles by their shortest decimal, of integers and of decimal text", async () => {
    const numeric = { type: { name: "numeric" } } as const;
    const finite = double.filter((value) => !Object.is(value, -0));
    await holds(finite, async (values) =>
      expect(await readBack(numeric, values)).toEqual(
        values.map((value) => (Number.isFinite(value) ? shortestDecimal(value) : String(value))),
      ),
    );
    await holds(int64, async (values) => expect(await readBack(numeric, values)).toEqual(values.map(String)));
    const decimal = fc
      .stringMatching(/^-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,40})?$/)
      .filter((value) => !/^-[0.]+$/.test(value));
    await holds(decimal, async (values) => expect(await readBack(numeric, values)).toEqual(values));
  });

  test("numeric with precision and scale never rounds", async () => {
    const cents = fc.integer({ min: -999_999, max: 999_999 });
    await holds(cents, async (values) => {
      const column = { type: { name: "numeric", precision: 6, scale: 2 } } as const;
      const seen = await readBack(
        column,
        values.map((n) => (n === 0 ? 0 : n / 100)),
      );
      expect(seen).toEqual(values.map((n) => (n / 100 === 0 ? "0.00" : (n / 100).toFixed(2))));
    });
  });

  test("booleans", async () => {
    expect(await readBack({ type: { name: "boolean" } }, [0n, 1n, null])).toEqual(["false", "true", null]);
  });

  test("text and varchar of any characters", async () => {
    await holds(text, async (values) => {
      expect(await readBack({ type: { name: "text" } }, values, "c")).toEqual(values);
      expect(await readBack({ type: { name: "varchar", length: 60 }, form: { kind: "text" } }, values, "c")).toEqual(
        values,
      );
    });
  });

  test("blobs", async () => {
    await holds(fc.uint8Array({ maxLength: 80 }), async (values) =>
      expect(
        await readBack(
          { type: { name: "bytea" } },
          values.map((bytes) => Buffer.from(bytes)),
          "encode(c, 'hex')",
        ),
      ).toEqual(values.map((bytes) => Buffer.from(bytes).toString("hex"))),
    );
  });

  test("any storage class as text", async () => {
    const any = fc.oneof<fc.Arbitrary<SqliteValue>[]>(
      int64,
      text,
      double,
      text.map((value) => Buffer.from(value)),
    );
    await holds(any, async (values) => {
      const seen = await readBack({ type: { name: "text" }, form: { kind: "any" } }, values, "c");
      for (const [i, value] of values.entries()) {
        if (typeof value === "number") {
          expect(Number(seen[i])).toBe(value);
          expect(seen[i]).toMatch(/[.eIy]/);
        } else expect(seen[i]).toBe(String(value));
      }
    });
  });

  test("UUIDs of every spelling", async () => {
    await holds(fc.uuid(), async (values) => {
      const hex = values.map((value) => value.replaceAll("-", ""));
      const spelled = [
        ["lower", values],
        ["upper", values.map((value) => value.toUpperCase())],
        ["hex-lower", hex],
        ["hex-upper", hex.map((value) => value.toUpperCase())],
        ["blob", hex.map((value) => Buffer.from(value, "hex"))],
      ] as const;
      for (const [spelling, given] of spelled)
        expect(await readBack({ type: { name: "uuid" }, form: { kind: "uuid", spelling } }, given)).toEqual(values);
    });
  });

  test("JSON as it is spelled, jsonb as the same value", async () => {
    const unescaped = (value: string): boolean => !value.includes("\\u0000") && !/\\ud[89a-f]/i.test(value);
    const document = fc.json({ maxDepth: 4 }).filter(unescaped);
    await holds(document, async (values) =>
      expect(await readBack({ type: { name: "json" }, form: { kind: "json", numbers: false } }, values)).toEqual(
        values,
      ),
    );
    const container = fc
      .json({ maxDepth: 4 })
      .filter((value) => unescaped(value) && /^[[{]/.test(value) && !/-0\b|e[+-]?\d{3}/i.test(value));
    await holds(container, async (values) => {
      const seen = await readBack(
        { type: { name: "jsonb" }, form: { kind: "json", numbers: false } },
        values,
        "c::text",
      );
      expect(seen.map((value) => JSON.parse(String(value)) as unknown)).toEqual(
        values.map((value) => JSON.parse(value) as unknown),
      );
    });
  });

  const days = fc.integer({ min: -719_162, max: 2_932_896 });
  const micros = fc.integer({ min: 0, max: 86_399_999_999 });
  const iso: IsoSpelling = { seconds: true, fraction: 6, zone: "" };

  test("dates and times of the years 1 to 9999", async () => {
    await holds(days, async (values) => {
      const texts = values.map(renderIsoDate);
      expect(await readBack({ type: { name: "date" } }, texts)).toEqual(texts);
    });
    await holds(micros, async (values) => {
      const texts = values.map((value) => renderIsoTime(value, iso));
      const seen = await readBack(
        { type: { name: "time" }, form: { kind: "iso-time", ...iso } },
        texts,
        "to_char(c, 'HH24:MI:SS.US')",
      );
      expect(seen).toEqual(texts);
    });
    await holds(fc.tuple(days, micros), async (values) => {
      const texts = values.map(([day, micro]) => renderIso(day, micro, { ...iso, separator: " " }));
      const column = { type: { name: "timestamp" }, form: { kind: "iso-datetime", separator: " ", ...iso } } as const;
      expect(await readBack(column, texts, "to_char(c, 'YYYY-MM-DD HH24:MI:SS.US')")).toEqual(texts);
    });
  });

  test("epochs of every unit by the server's own clock", async () => {
    await admin.query("SET TimeZone = 'UTC'");
    for (const [unit, factor] of [
      ["s", 1_000_000n],
      ["ms", 1000n],
      ["us", 1n],
    ] as const) {
      const limit = 9_000_000_000_000_000_000n / factor;
      const count = fc.bigInt({
        min: -200_000_000_000_000_000n / factor,
        max: limit > 9_223_371_331_199n ? 9_223_371_331_199n : limit,
      });
      await holds(count, async (values) => {
        const column = { type: { name: "timestamptz" }, form: { kind: "epoch", unit, storage: "integer" } } as const;
        const seen = await readBack(column, values, "(extract(epoch FROM c) * 1000000)::numeric(40,0)::text");
        expect(seen).toEqual(values.map((value) => String(value * factor)));
      });
    }
  });

  test("Julian days to the microsecond that renders back", async () => {
    await holds(fc.tuple(days, fc.integer({ min: 0, max: 86_399_999 })), async (values) => {
      const instants = values.map(([day, milli]) => ({ days: day, micros: milli * 1000 }));
      const seen = await readBack(
        { type: { name: "timestamp" }, form: { kind: "julian" } },
        instants.map(renderJulian),
        "to_char(c, 'YYYY-MM-DD HH24:MI:SS.US')",
      );
      expect(seen).toEqual(
        instants.map((instant) => renderIso(instant.days, instant.micros, { ...iso, separator: " " })),
      );
    });
  });
});
