/** R*Trees in the plan: the box of each row, and what is said where there can be none. */
import { expect, it } from "vitest";
import { planOfSql, remarks } from "../../support/plan-of-sql.ts";

const PLACES = "CREATE VIRTUAL TABLE places USING rtree(id, x0, x1, y0, y1, +box TEXT, +note)";

it("gets a cube over its coordinates under a name that is free, with a GiST index", async () => {
  const plan = await planOfSql(PLACES);
  const corner = (side: number): string => `ARRAY["x${side}"::double precision, "y${side}"::double precision]`;
  expect(plan.tables[0]?.added).toMatchObject([
    { target: "box_1", type: "cube", generated: `cube(${corner(0)}, ${corner(1)})` },
  ]);
  expect(plan.tables[0]?.indexes).toMatchObject([{ name: "places_box_1_idx", method: "gist", elements: ['"box_1"'] }]);
  expect(plan.extensions).toEqual(["cube"]);
  expect(remarks(plan)).toEqual(["info RTREE_TRANSLATED places"]);
});

it("crosses as rows alone where the server has no cube, or a coordinate is left out", async () => {
  const without = await planOfSql(PLACES, "", { extensions: new Set(["pg_trgm"]) });
  expect(without.tables[0]).toMatchObject({ added: [], indexes: [] });
  expect(remarks(without)).toEqual(["warning RTREE_AS_ROWS places"]);
  const partly = await planOfSql(PLACES, "tables: { places: { columns: { y1: { skip: true } } } }");
  expect(partly.tables[0]?.added).toEqual([]);
  expect(remarks(partly)).toContain("warning RTREE_AS_ROWS places");
});
