/** An area query finds the same rows in an R*Tree and in the cube that takes its place, on the very bounds too, and by the index. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { crossFile } from "../../support/cross-file.ts";
import { freshDatabase } from "../../support/database.ts";

const database = await freshDatabase();
const { admin } = database;

/** A fixed sequence of numbers in [0, 1): the same boxes each time. */
const random = (() => {
  let state = 42;
  return (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
})();

const BOXES = 3000;
const directory = mkdtempSync(join(tmpdir(), "landbridge-spatial-"));
const path = join(directory, "places.sqlite");
const db = new Database(path);
db.exec(`
  CREATE VIRTUAL TABLE plane USING rtree(id, x0, x1, y0, y1, +name TEXT);
  CREATE VIRTUAL TABLE line USING rtree(id, x0, x1);
  CREATE VIRTUAL TABLE whole USING rtree_i32(id, x0, x1, y0, y1, z0, z1);`);
db.transaction(() => {
  const [plane, line, whole] = [
    db.prepare("INSERT INTO plane VALUES (?, ?, ?, ?, ?, 'n')"),
    db.prepare("INSERT INTO line VALUES (?, ?, ?)"),
    db.prepare("INSERT INTO whole VALUES (?, ?, ?, ?, ?, ?, ?)"),
  ];
  for (let id = 1; id <= BOXES; id += 1) {
    // Some are points, and none of these decimals is a float of four bytes.
    const [x, y, w] = [random() * 10, random() * 10, id % 7 === 0 ? 0 : random() / 10];
    plane.run(id, x, x + w, y, y + w);
    line.run(id, x, x + w);
    whole.run(id, ...[x, x + w, y, y + w, x + y, x + y + w].map((value) => BigInt(Math.floor(value * 1e6))));
  }
})();

beforeAll(async () => {
  const crossed = await crossFile(path, {
    ...{ target: database.target, admin, schema: "spatial", directory },
  });
  expect(crossed.report).toMatchObject({ exitCode: 0, errors: [] });
  expect(crossed.verdict?.differences).toEqual([]);
  expect(crossed.report.objects.added).toMatchObject([
    { table: "plane", column: "box", type: "cube", rows: BOXES, filled: BOXES },
    { table: "line", filled: BOXES },
    { table: "whole", filled: BOXES },
  ]);

  await admin.query("SET search_path = spatial, public");
});
afterAll(() => {
  db.close();
  rmSync(directory, { recursive: true });
});

const AXES = { plane: ["x", "y"], line: ["x"], whole: ["x", "y", "z"] } as const;
type Table = keyof typeof AXES;

const inSqlite = (table: Table, least: readonly number[], greatest: readonly number[], within: boolean): number[] => {
  const conditions = AXES[table].map((axis, i) =>
    within
      ? `${axis}0 >= ${least[i]} AND ${axis}1 <= ${greatest[i]}`
      : `${axis}0 <= ${greatest[i]} AND ${axis}1 >= ${least[i]}`,
  );
  return db
    .prepare(`SELECT id FROM ${table} WHERE ${conditions.join(" AND ")} ORDER BY id`)
    .pluck()
    .all() as number[];
};

const QUERY = (table: Table, within: boolean): string =>
  `SELECT id::int FROM ${table} WHERE box ${within ? "<@" : "&&"} cube($1::float8[], $2::float8[]) ORDER BY id`;

const inPostgres = async (table: Table, least: readonly number[], greatest: readonly number[], within: boolean) =>
  (await admin.query<{ id: number }>(QUERY(table, within), [least, greatest])).rows.map(({ id }) => id);

/** Any area, one that begins and ends at a stored bound, and one that misses that bound by the least that a double can say. */
const areas = (table: Table): [readonly number[], readonly number[]][] => {
  const stored = db
    .prepare<[number], Record<string, number>>(`SELECT * FROM ${table} WHERE id = ?`)
    .get(1 + Math.floor(random() * BOXES))!;
  const bounds = (side: 0 | 1): number[] => AXES[table].map((axis) => stored[`${axis}${side}`]!);
  const scale = table === "whole" ? 1e6 : 1;
  const corner = AXES[table].map(() => random() * 10 * scale);
  const nudged = (value: number): number => (table === "whole" ? value + 1 : value + Math.max(1e-12, value * 1e-15));
  return [
    [corner, corner.map((value) => value + 2 * scale)],
    [bounds(0), bounds(1)],
    [bounds(1), bounds(1).map((value) => value + scale)],
    [bounds(1).map(nudged), bounds(1).map((value) => value + scale)],
  ];
};

it("PostgreSQL's own box would find what only nearly touches", async () => {
  const { rows } = await admin.query(
    "SELECT box '(0,0),(1,1)' && box '(1.0000005,0),(2,1)' AS box, cube '(0,0),(1,1)' && cube '(1.0000005,0),(2,1)' AS cube",
  );
  expect(rows).toEqual([{ box: true, cube: false }]);
});

describe.each(["plane", "line", "whole"] as const)("%s", (table) => {
  it("gives the same rows for what touches an area and for what lies within it", async () => {
    let found = 0;
    for (let n = 0; n < 40; n += 1)
      for (const [least, greatest] of areas(table))
        for (const within of [false, true]) {
          const rows = await inPostgres(table, least, greatest, within);
          expect(rows, `${table} ${least} … ${greatest}`).toEqual(inSqlite(table, least, greatest, within));
          found += rows.length;
        }
    expect(found).toBeGreaterThan(100);
  });

  it("is searched by the index", async () => {
    const [least, greatest] = [AXES[table].map(() => 0), AXES[table].map(() => 0.01)];
    const { rows } = await admin.query<{ "QUERY PLAN": string }>(
      `EXPLAIN ${QUERY(table, false).replace("$1", `'{${least}}'`).replace("$2", `'{${greatest}}'`)}`,
    );
    expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).toContain(`${table}_box_idx`);
  });
});
