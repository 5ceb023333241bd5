/** What is held at a time depends on blocks and buffers, not on how many rows a table has: live memory after a collection, never the clock. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/events.ts";
import { readCatalogue } from "../../src/source/catalogue/read.ts";
import { openSnapshot } from "../../src/source/open.ts";
import { profileSource } from "../../src/source/profile.ts";
import { verifyRun } from "../../src/verify/verify.ts";
import { crossing, sqliteFile } from "../support/crossing.ts";
import { freshDatabase } from "../support/database.ts";

const database = await freshDatabase();

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const MEBIBYTE = 2 ** 20;
const NOTE_BYTES = 1_000;
const FEW = 2_000;
const MANY = 80_000;
/** The larger table holds 74 MiB more than the smaller one: whoever keeps rows is far beyond this. */
const GROWTH = 24 * MEBIBYTE;

/** Watches what is alive while events come: a collection at every `nth` of them. */
const watch = (nth: number) => {
  let events = 0;
  let most = 0;
  return {
    emit: (event: RunEvent): void => {
      if (event.kind !== "progress" || events++ % nth !== 0) return;
      // What the first one finds dead outside the heap, such as the driver's buffers, is given back by the second.
      collect();
      collect();
      const { heapUsed, external } = process.memoryUsage();
      most = Math.max(most, heapUsed + external);
    },
    most: (): number => {
      expect(events).toBeGreaterThan(0);
      return most;
    },
  };
};

const fileOf = (rows: number, definition: string): string =>
  sqliteFile(`CREATE TABLE t (${definition};
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
    INSERT INTO t SELECT printf('%08d', i), printf('%d ${"x".repeat(NOTE_BYTES)}', i) FROM n`);

const SHAPES = [
  {
    shape: "a table that is read by rowid",
    definition: "id INTEGER PRIMARY KEY, note TEXT)",
    column: { target: "id" },
    read: { by: "rowid", name: "rowid", alias: "id" },
  },
  {
    shape: "a table that can only be scanned",
    definition: "id TEXT PRIMARY KEY, note TEXT) WITHOUT ROWID",
    column: { target: "id", type: { name: "text" } },
    read: { by: "scan" },
  },
] as const;

describe.each(SHAPES)("the memory of $shape", ({ definition, column, read }) => {
  const files = new Map([FEW, MANY].map((rows) => [rows, fileOf(rows, definition)]));

  const crossed = (rows: number) =>
    crossing(database, files.get(rows)!, {
      tables: [
        {
          target: "t",
          rows,
          bytes: rows * (NOTE_BYTES + 16),
          maxRowBytes: NOTE_BYTES + 20,
          read,
          keyColumns: ["id"],
          columns: [column, { target: "note", type: { name: "text" } }],
        },
      ],
    });

  test("does not grow with its rows in the profile", async () => {
    const peak = async (rows: number): Promise<number> => {
      const db = openSnapshot(files.get(rows)!);
      const watched = watch(10);
      await profileSource(db, readCatalogue(db), { emit: watched.emit });
      db.close();
      return watched.most();
    };
    const few = await peak(FEW);
    expect((await peak(MANY)) - few).toBeLessThan(GROWTH);
  });

  test("does not grow with its rows in the copy, nor in the proof", async () => {
    const peaks = async (rows: number): Promise<{ copy: number; proof: number }> => {
      const { copy, plan, run } = await crossed(rows);
      const copied = watch(10);
      const outcome = await copy({ emit: copied.emit });
      expect(outcome.tables[0]).toMatchObject({ rowsWritten: rows });
      await database.admin.query(`ALTER TABLE ${plan.schema}.t ADD PRIMARY KEY (id)`);
      const proven = watch(1);
      const proof = await verifyRun({
        plan,
        run,
        readPath: files.get(rows)!,
        target: database.target,
        mode: "full",
        jobs: 1,
        emit: proven.emit,
      });
      expect(proof.tables).toMatchObject([{ proof: "equal", rowsFound: rows }]);
      return { copy: copied.most(), proof: proven.most() };
    };
    const few = await peaks(FEW);
    const many = await peaks(MANY);
    expect(many.copy - few.copy).toBeLessThan(GROWTH);
    expect(many.proof - few.proof).toBeLessThan(GROWTH);
  });
});
