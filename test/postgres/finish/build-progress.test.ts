/** A build that takes long: the step tells how far it is, and its count of objects waits for the end. */
import { expect, it } from "vitest";
import { freshDatabase } from "../../support/database.ts";
import { load } from "../../support/finishing.ts";
import { indexOf, planOf } from "../../support/plan.ts";

/** Each row takes ten milliseconds, and eight of them a block. */
const ROWS = `CREATE FUNCTION slow(value bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN PERFORM pg_sleep(0.01); RETURN value; END $$;
  ALTER TABLE notes ALTER COLUMN body SET STORAGE PLAIN;
  INSERT INTO notes SELECT n, repeat('x', 900) FROM generate_series(1, 250) n`;

const planned = (bytes: number) =>
  planOf({
    tables: [
      {
        ...{ target: "notes", rows: 250, bytes },
        columns: [{ target: "id" }, { target: "body", type: { name: "text" } }],
        indexes: [indexOf({ name: "notes_slow", elements: ["slow(id)"] })],
      },
    ],
  });

it("one long build of a large table moves the step's progress", async () => {
  const loaded = await load(await freshDatabase(), planned(2 ** 30), ROWS);
  await loaded.finish();
  const told = loaded.events.filter((event) => event.kind === "progress");
  const within = told.filter(({ share }) => share !== undefined);
  expect(within.length).toBeGreaterThan(0);
  const shares = within.map(({ share }) => share!);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  for (const event of within) expect(event).toMatchObject({ at: "notes_slow", done: 0, underWay: event.share });
  // Nothing is under way any more once it is there.
  expect(told.slice(told.indexOf(within.at(-1)!) + 1).filter(({ underWay }) => underWay !== undefined)).toEqual([]);
});

it("builds of small tables are not asked about", async () => {
  const loaded = await load(await freshDatabase(), planned(1000), ROWS);
  await loaded.finish();
  expect(loaded.events.filter((event) => event.kind === "progress" && event.share !== undefined)).toEqual([]);
});
