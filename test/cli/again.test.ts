/** Running again: a run that was broken off, a finished one, a changed source, and a target that others have written to meanwhile. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { appSource, expectConsistentLedger, expectWhole, slicedPlan } from "../support/app-source.ts";
import { installBrake, type StopAt } from "../support/brake.ts";
import { documentOf, passwordOf, run, start, workingDirectory } from "../support/cli.ts";
import { freshDatabase } from "../support/database.ts";

const directory = workingDirectory();
const source = appSource(directory);
const database = await freshDatabase();
const { target, admin } = database;
const brake = await installBrake(admin);
const environment = passwordOf(target);
await run(directory, "plan", [source, "-o", "plan.json"]);

afterAll(() => brake.release());
beforeEach(() => brake.release());

const into = (schema: string, file = source): string[] => [
  file,
  "--target",
  target.display,
  "--schema",
  schema,
  "--json",
];
const sliced = (schema: string): string[] => [...into(schema), "--plan", slicedPlan(directory, "plan.json", schema)];
const migrate = (argv: readonly string[]) => run(directory, "migrate", argv, environment);

/** A copy of the source under its own name in a directory of its own, changed by SQL. */
const changed = (name: string, sql: string): string => {
  const path = join(directory, name, "app.sqlite");
  cpSync(source, path);
  const db = new Database(path);
  db.exec(sql);
  db.close();
  return path;
};

const HALF: StopAt = { kind: "row", table: "big", number: 16_500 };

/** Starts a run that stands at a point on the server. */
const standing = async (argv: readonly string[], at: StopAt) => {
  await brake.set(at);
  const running = start(directory, "migrate", argv, environment);
  await Promise.race([brake.reached(), running.ended.then(({ stderr }) => expect.fail(stderr))]);
  return running;
};

describe("a run that was broken off", () => {
  it("is finished by the same command without --resume", async () => {
    const { child, ended } = await standing(sliced("by_itself"), HALF);
    child.kill("SIGKILL");
    await ended;
    await brake.lift();
    const again = await migrate(sliced("by_itself"));
    expect(again.code, again.stderr).toBe(0);
    await expectWhole(admin, "by_itself", source);
    await expectConsistentLedger(admin, "by_itself");
  });

  it("is finished by several workers", async () => {
    const { child, ended } = await standing([...sliced("workers"), "--jobs", "3"], HALF);
    child.kill("SIGKILL");
    await ended;
    await brake.lift();
    const again = await migrate([...sliced("workers"), "--jobs", "3", "--resume"]);
    expect(again.code, again.stderr).toBe(0);
    await expectWhole(admin, "workers", source);
    await expectConsistentLedger(admin, "workers");
  });

  it("goes on with the snapshot that it began with, though the source has changed since", async () => {
    const file = changed("moving", "SELECT 1");
    const { child, ended } = await standing(into("moving", file), { kind: "row", table: "people", number: 25 });
    child.kill("SIGKILL");
    await ended;
    await brake.lift();
    const db = new Database(file);
    db.exec("DELETE FROM tags");
    db.close();
    const resumed = await migrate([...into("moving", file), "--resume"]);
    expect(resumed.code, resumed.stderr).toBe(0);
    await expectWhole(admin, "moving", source);
  });

  it("is refused to another source", async () => {
    const { child, ended } = await standing(into("other"), { kind: "row", table: "people", number: 25 });
    child.kill("SIGKILL");
    await ended;
    await brake.release();
    const other = await migrate([...into("other", appSource(directory, "another.sqlite")), "--resume"]);
    expect([other.code, documentOf(other).errors[0]?.code]).toEqual([4, "RESUME_OTHER_SOURCE"]);
  });
});

/** Ctrl-C at a step's first line, or at a point on the server. */
describe("Ctrl-C", () => {
  const POINTS: readonly (readonly [name: string, at: string | StopAt])[] = [
    ["in the snapshot", "snapshot"],
    ["in the profile", "profile"],
    ["while tables are made", { kind: "CREATE TABLE" }],
    ["in the copy", HALF],
    ["while an index is built", { kind: "CREATE INDEX" }],
    ["in the proof", "verify"],
  ];

  it.each(POINTS.map(([name, at], i) => [name, at, `stopped_${i}`] as const))(
    "%s stops cleanly and says how to go on",
    async (_, at, schema) => {
      const running =
        typeof at === "string"
          ? start(directory, "migrate", sliced(schema), environment)
          : await standing(sliced(schema), at);
      if (typeof at === "string") await running.saw(new RegExp(`^${at} +started`, "m"));
      running.child.kill("SIGINT");
      const ended = await running.ended;
      expect([ended.code, ended.signal], ended.stderr).toEqual([1, null]);
      expect(ended.stderr).toContain("--resume");
      expect(documentOf(ended)).toMatchObject({ status: "failed", exitCode: 1, errors: [{ code: "INTERRUPTED" }] });
      await brake.release();
      const resumed = await migrate([...sliced(schema), "--resume"]);
      expect(resumed.code, resumed.stderr).toBe(0);
      await expectWhole(admin, schema, source);
      await expectConsistentLedger(admin, schema);
    },
  );

  it("twice ends at once", async () => {
    const { child, saw, ended } = await standing(sliced("twice"), HALF);
    child.kill("SIGINT");
    await saw(/stopping cleanly/);
    child.kill("SIGINT");
    const { code, signal } = await ended;
    expect(signal === "SIGINT" || code === 1).toBe(true);
  });
});

describe("two runs at once", () => {
  it("into the same schema: the second is refused and the first is not disturbed", async () => {
    const first = await standing(sliced("both"), HALF);
    await brake.lift();
    for (const more of [[], ["--resume"]]) {
      const second = await migrate([...sliced("both"), ...more]);
      expect(second.code, second.stderr).toBe(4);
      expect(documentOf(second)).toMatchObject({ status: "refused", errors: [{ code: "TARGET_BUSY" }] });
    }
    await brake.release();
    const ended = await first.ended;
    expect(ended.code, ended.stderr).toBe(0);
    await expectWhole(admin, "both", source);
    await expectConsistentLedger(admin, "both");
  });

  it("into two schemas of one database are both done", async () => {
    const both = await Promise.all([migrate(sliced("left")), migrate(sliced("right"))]);
    expect(
      both.map(({ code }) => code),
      both.map(({ stderr }) => stderr).join(),
    ).toEqual([0, 0]);
    for (const schema of ["left", "right"]) await expectConsistentLedger(admin, schema);
  });
});
