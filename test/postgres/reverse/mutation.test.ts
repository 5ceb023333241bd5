/** A renderer that is broken on purpose must turn the proof of the way back: it shares no code with what wrote the file. */
import { describe, expect, it, vi } from "vitest";
import type { Bound, Renderer } from "../../../src/reverse/values/model.ts";
import { freshDatabase } from "../../support/database.ts";
import { goBack, goThere } from "../../support/reverse.ts";
import { sqliteFile, temporaryDirectory } from "../../support/sqlite.ts";

const broken = vi.hoisted(() => ({ by: null as null | ((value: unknown) => unknown) }));

vi.mock("../../../src/reverse/values/compile.ts", async (original) => {
  const real = await original<typeof import("../../../src/reverse/values/compile.ts")>();
  return {
    rendererOf: (...given: Parameters<typeof real.rendererOf>): Renderer => {
      const render = real.rendererOf(...given);
      return (value) => {
        const bound = render(value);
        return broken.by === null ? bound : (broken.by(bound) as Bound);
      };
    },
  };
});

const database = await freshDatabase();
let schemas = 0;

const BREAKS: readonly (readonly [string, string, (value: unknown) => unknown])[] = [
  ["an integer that is one more", "n INTEGER) ; INSERT INTO t VALUES (1, 5)", (v) => (v === 5n ? 6n : v)],
  [
    "a double that lost its last bit",
    "n REAL) ; INSERT INTO t VALUES (1, 0.1)",
    (v) => (v === 0.1 ? 0.10000000000000002 : v),
  ],
  [
    "a time that is an hour late",
    "n DATETIME) ; INSERT INTO t VALUES (1, '2024-01-02 03:04:05')",
    (v) => (typeof v === "string" ? v.replace("03:", "04:") : v),
  ],
  ["a truth that is turned around", "n BOOLEAN) ; INSERT INTO t VALUES (2, 1)", (v) => (v === 1n ? 0n : v)],
  ["a text with a blank more", "n TEXT) ; INSERT INTO t VALUES (1, 'a')", (v) => (v === "a" ? "a " : v)],
  ["a NULL instead of a value", "n TEXT) ; INSERT INTO t VALUES (1, 'a')", (v) => (v === "a" ? null : v)],
  [
    "a UUID with two digits exchanged",
    "n CHAR(36)) ; INSERT INTO t VALUES (1, '01234567-89ab-cdef-0123-456789abcdef')",
    (v) => (typeof v === "string" ? v.replace("01", "10") : v),
  ],
  [
    "bytes without the last",
    "n BLOB) ; INSERT INTO t VALUES (1, x'010203')",
    (v) => (Buffer.isBuffer(v) ? v.subarray(0, -1) : v),
  ],
];

describe("the proof sees", () => {
  it.each(BREAKS)("%s", async (_, columns, breaks) => {
    const directory = temporaryDirectory();
    const place = { target: database.target, schema: `mutation_${++schemas}`, directory };
    await goThere(sqliteFile(`CREATE TABLE t (id INTEGER PRIMARY KEY, ${columns}`, { directory }), {}, place);
    broken.by = null;
    expect((await goBack("whole.sqlite", place)).exitCode).toBe(0);
    broken.by = breaks;
    const report = await goBack("broken.sqlite", place);
    broken.by = null;
    expect(report).toMatchObject({ exitCode: 3, differenceCount: 1, tables: [{ proof: "different" }] });
  });
});
