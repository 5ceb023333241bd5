/** A server that is killed in the middle of a copy: a clear error, and after its restart --resume finishes with every row once. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { connect } from "../../src/target/connect.ts";
import { startEmbedded } from "../../src/target/embedded/embedded.ts";
import { appSource, expectConsistentLedger, expectWhole, slicedPlan } from "../support/app-source.ts";
import { installBrake } from "../support/brake.ts";
import { documentOf, passwordOf, run, start, until, workingDirectory } from "../support/cli.ts";

const directory = workingDirectory();
const source = appSource(directory);
const home = await mkdtemp(join(tmpdir(), "landbridge-lost-"));
/** A server of this file's own, for only that may be killed. */
const serve = () => startEmbedded({ directory: home, environment: process.env });
let server = await serve();
await run(directory, "plan", [source, "-o", "plan.json"]);

afterAll(async () => {
  await server.stop();
  await rm(home, { recursive: true, force: true });
});

const argvFor = (schema: string): string[] => [
  ...[source, "--target", server.target.display, "--schema", schema],
  ...["--plan", slicedPlan(directory, "plan.json", schema), "--json"],
];

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Runs until a slice is half copied, then kills the server as a power cut would. */
const killedInCopy = async (schema: string) => {
  const admin = await connect(server.target, "test administrator");
  const brake = await installBrake(admin);
  await brake.set({ kind: "row", table: "big", number: 16_500 });
  const running = start(directory, "migrate", argvFor(schema), passwordOf(server.target));
  await Promise.race([brake.reached(), running.ended.then(({ stderr }) => expect.fail(stderr))]);
  await brake.lift();
  process.kill(server.pid, "SIGKILL");
  await until("the end of the killed server", async () => !isAlive(server.pid));
  return running;
};

const uninstall = async (): Promise<void> => {
  const admin = await connect(server.target, "test administrator");
  await admin.query("DROP SCHEMA brake CASCADE; DROP SCHEMA landbridge CASCADE");
  await admin.end();
};

it("that stays away ends the run with a word on how to go on, and --resume goes on", async () => {
  const lost = await (await killedInCopy("away")).ended;
  expect(lost.code, lost.stderr).toBe(1);
  expect(documentOf(lost)).toMatchObject({ status: "failed", exitCode: 1, errors: [{ code: "TARGET_LOST" }] });
  expect(documentOf(lost).errors[0]!.remedy).toContain("--resume");
  expect(lost.stderr).toMatch(/attempt 5 of .* failed, trying again/);

  server = await serve();
  const resumed = await run(directory, "migrate", [...argvFor("away"), "--resume"], passwordOf(server.target));
  expect(resumed.code, resumed.stderr).toBe(0);
  const admin = await connect(server.target, "test administrator");
  await expectWhole(admin, "away", source);
  await expectConsistentLedger(admin, "away");
  await admin.end();
  await uninstall();
});

it("that comes back at once is got over by the same run", async () => {
  const running = await killedInCopy("back");
  server = await serve();
  const ended = await running.ended;
  expect(ended.code, ended.stderr).toBe(0);
  const admin = await connect(server.target, "test administrator");
  await expectWhole(admin, "back", source);
  await expectConsistentLedger(admin, "back");
  await admin.end();
});
