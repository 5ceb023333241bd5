/** The crash matrix: a crossing killed at each of its steps is finished by --resume, with no row lost and none doubled. */
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { appSource, expectConsistentLedger, expectWhole, slicedPlan } from "../support/app-source.ts";
import { installBrake, type StopAt } from "../support/brake.ts";
import { documentOf, type Ended, passwordOf, run, start, workingDirectory } from "../support/cli.ts";
import { freshDatabase } from "../support/database.ts";

const directory = workingDirectory();
const source = appSource(directory);
const { target, admin } = await freshDatabase();
const brake = await installBrake(admin);
const environment = passwordOf(target);
await run(directory, "plan", [source, "-o", "plan.json"]);

afterAll(() => brake.release());
beforeEach(() => brake.release());

const argvFor = (schema: string): string[] => [
  ...[source, "--target", target.display, "--schema", schema],
  ...["--plan", slicedPlan(directory, "plan.json", schema), "--json"],
];

const expectProven = async (ended: Ended, schema: string): Promise<void> => {
  expect(ended.code, ended.stderr).toBe(0);
  const { status, tables } = documentOf(ended);
  expect(status).toBe("done");
  expect(tables.map(({ proof }) => proof)).toEqual(["equal", "equal", "equal", "equal", "equal"]);
  await expectWhole(admin, schema, source);
  await expectConsistentLedger(admin, schema);
};

/** Where on the way a process is killed: a step's first line on stderr, or a point on the server. */
const POINTS: readonly (readonly [name: string, at: string | StopAt])[] = [
  ["the snapshot begins", "snapshot"],
  ["the profile begins", "profile"],
  ["the plan begins", "plan"],
  ["the target is prepared", "prepare"],
  ["tables are made", { kind: "CREATE TABLE" }],
  ["tables have just been made", { kind: "CREATE TABLE", number: 1 }],
  ["the copy begins", "copy"],
  ["the first slice is claimed", { kind: "slice", table: "big", number: 0 }],
  ["a slice in the middle is half copied", { kind: "row", table: "big", number: 16_500 }],
  ["the last slice is claimed", { kind: "slice", table: "big", number: 5 }],
  ["the small tables are copied", { kind: "row", table: "people", number: 25 }],
  ["the finish begins", "finish"],
  ["an index is about to be built", { kind: "CREATE INDEX" }],
  ["an index is built but not committed", { kind: "CREATE INDEX", number: 1 }],
  ["a key is added", { kind: "ALTER TABLE", number: 1 }],
  ["a view is made", { kind: "CREATE VIEW" }],
  ["the proof begins", "verify"],
  ["the report is written", "report"],
];

/** Starts a run and gives it when it stands at the point. */
const stoppedAt = async (argv: readonly string[], at: string | StopAt) => {
  if (typeof at !== "string") await brake.set(at);
  const running = start(directory, "migrate", argv, environment);
  if (typeof at === "string") await running.saw(new RegExp(`^${at} +started`, "m"));
  else await Promise.race([brake.reached(), running.ended.then(({ stderr }) => expect.fail(stderr))]);
  return running;
};

describe("a process killed", () => {
  it.each(POINTS.map(([name, at], i) => [name, at, `killed_${i}`] as const))(
    "when %s is finished by --resume",
    async (_, at, schema) => {
      const argv = argvFor(schema);
      const { child, ended } = await stoppedAt(argv, at);
      child.kill("SIGKILL");
      expect((await ended).signal).toBe("SIGKILL");
      // What the killed process left behind on the server still stands there; only the next run is let through.
      await brake.lift();
      const holdsTarget = typeof at !== "string" && /TABLE$/.test(at.kind);
      if (holdsTarget) await brake.release();
      const resumed = await run(directory, "migrate", [...argv, "--resume"], environment);
      if (at === "report") return expect(documentOf(resumed)).toMatchObject({ exitCode: 0 });
      await expectProven(resumed, schema);
    },
  );
});
