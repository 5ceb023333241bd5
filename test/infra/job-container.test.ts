import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../infra/job/container.ts";
import type { StepRequest } from "../../infra/job/runner.ts";
import { readDockerHost } from "../../infra/local/docker-host.ts";
import { docker, missingEngine } from "../e2e/support/engine.ts";
import { postgresImage } from "../e2e/support/images.ts";

const missing = missingEngine();
if (missing !== null) process.stderr.write(`skipped: a step in a container, because ${missing}.\n`);

const PREFIX = `landbridge-runner-test-${process.pid}`;
const STACK = PREFIX;
/** Says what it sees, as another user than root, in place of the job's Node. */
const PRETENDED_NODE = `#!/bin/sh
echo "script $*"
echo "user $(id -u)"
sha256sum /landbridge/source.sqlite
rm -f /landbridge/source.sqlite 2>/dev/null && echo "could remove it"
echo "the page" > /landbridge/reports/report.html
echo 'LANDBRIDGE_RESULT {"summary":"42 rows","report":"/landbridge/reports/report.html"}'
exit 3
`;

describe.skipIf(missing !== null)("a step in a container", () => {
  let root: string;
  let dockerHost: string;
  let image: string;
  const tellNothing = () => undefined;

  beforeAll(async () => {
    dockerHost = await readDockerHost(null);
    root = mkdtempSync(join(tmpdir(), "landbridge-container-"));
    const base = postgresImage();
    image = `${PREFIX}:job`;
    writeFileSync(join(root, "node"), PRETENDED_NODE, { mode: 0o755 });
    writeFileSync(join(root, "Dockerfile"), `FROM ${base}\nENTRYPOINT []\nCOPY node /usr/local/bin/node\nUSER 12345\n`);
    docker("build", "--quiet", "--tag", image, root);
  });
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
    docker("rmi", "--force", image);
  });

  const request = (key: string, fields: Partial<StepRequest> & { command?: readonly string[] } = {}): StepRequest => ({
    step: "command",
    environment: {},
    secrets: {},
    timeoutSeconds: 60,
    key: `${key}${process.pid}`.padEnd(64, "0"),
    root,
    ...fields,
    place: { stack: STACK, dockerHost, image, command: JSON.stringify(fields.command ?? []), ...fields.place },
  });
  const labels = ({ key }: StepRequest) => [
    "--label",
    `landbridge.step=${key}`,
    "--label",
    `landbridge.stack=${STACK}`,
  ];
  const shell = (text: string) => ["sh", "-c", text];
  const leftBehind = () => [
    docker("ps", "--all", "--quiet", "--filter", `label=landbridge.stack=${STACK}`),
    docker("volume", "ls", "--quiet", "--filter", `label=landbridge.stack=${STACK}`),
  ];

  it("runs the command with its environment, tells its log, gives its exit code, and leaves nothing behind", async () => {
    const lines: string[] = [];
    const command = shell('echo "$PLAIN"; echo "$SECRET"; echo "to stderr" >&2; exit 7');
    const given = { environment: { PLAIN: "two\nlines" }, secrets: { SECRET: "s'e\"c$ret" } };
    const outcome = await run(request("a", { ...given, command }), (line) => lines.push(line));
    expect(lines.sort()).toEqual(["lines", "s'e\"c$ret", "to stderr", "two"]);
    expect(outcome).toMatchObject({ exitCode: 7, summary: "command ended with exit code 7", report: "" });
    expect(leftBehind()).toEqual(["", ""]);
  });

  it("reads a copy of the snapshot that it cannot change, and its reports come back", async () => {
    const snapshot = join(root, "snapshot.sqlite");
    writeFileSync(snapshot, Buffer.alloc(3_000_001, 7), { mode: 0o600 });
    const lines: string[] = [];
    const place = { snapshot, reports: "reports" };
    const outcome = await run(request("b", { step: "copy", place }), (line) => lines.push(line));
    const sha256 = createHash("sha256").update(readFileSync(snapshot)).digest("hex");
    expect(lines).toEqual([
      "script --max-semi-space-size=16 scripts/job.ts",
      "user 12345",
      `${sha256}  /landbridge/source.sqlite`,
    ]);
    const report = join(root, "reports", "report.html");
    expect(outcome).toMatchObject({ exitCode: 3, summary: "42 rows", report });
    expect(readFileSync(report, "utf8")).toBe("the page\n");
    expect(leftBehind()).toEqual(["", ""]);
  });

  it("awaits the container of an interrupted update instead of starting a second one", async () => {
    const started = request("c", { command: shell("echo the second") });
    docker("run", "--detach", ...labels(started), image, ...shell("sleep 2; echo the first; exit 5"));
    const lines: string[] = [];
    const outcome = await run(started, (line) => lines.push(line));
    expect(lines.at(-1)).toBe("the first");
    expect(outcome.exitCode).toBe(5);
    expect(leftBehind()).toEqual(["", ""]);
  });

  it("takes the result of one that has ended well meanwhile, with differences too, and starts again after one that has not", async () => {
    for (const [exitCode, expected] of [
      [0, "the first"],
      [3, "the first"],
      [1, "the second"],
    ] as const) {
      const next = request(`d${exitCode}`, { command: shell("echo the second") });
      const name = docker("create", ...labels(next), image, ...shell(`echo the first; exit ${exitCode}`));
      docker("start", name);
      docker("wait", name);
      const lines: string[] = [];
      await run(next, (line) => lines.push(line));
      expect(lines.at(-1)).toBe(expected);
    }
    expect(leftBehind()).toEqual(["", ""]);
  });

  it("is stopped when its time is up", async () => {
    const endless = request("e", {
      command: shell("trap 'exit 0' TERM; while :; do sleep 0.2; done"),
      timeoutSeconds: 1,
    });
    await expect(run(endless, tellNothing)).rejects.toMatchObject({ code: "STEP_TIMEOUT" });
    expect(leftBehind()).toEqual(["", ""]);
  });

  it("says what Docker says of an image that is not there, and shows no secret", async () => {
    const broken = request("f", { secrets: { SECRET: "not to be seen" }, place: { image: `${PREFIX}:missing` } });
    const failing = run(broken, tellNothing);
    await expect(failing).rejects.toMatchObject({ code: "CONTAINER_FAILED" });
    await expect(failing).rejects.toThrow(/missing/);
    await expect(failing).rejects.not.toThrow(/not to be seen/);
    expect(leftBehind()).toEqual(["", ""]);
  });

  it("leaves no volume where it could not begin", async () => {
    const snapshot = join(root, "unread.sqlite");
    writeFileSync(snapshot, "never read");
    const place = { snapshot, image: `${PREFIX}:missing` };
    await expect(run(request("g", { step: "copy", place }), tellNothing)).rejects.toMatchObject({
      code: "CONTAINER_FAILED",
    });
    expect(leftBehind()).toEqual(["", ""]);
  });
});
