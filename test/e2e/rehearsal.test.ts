import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/stack/find.ts";
import type { RehearsalReport } from "../../src/rehearsal/model.ts";
import { run, start } from "../support/cli.ts";
import { sqliteFile } from "../support/sqlite.ts";
import { postgresImage } from "./support/images.ts";
import { docker, skipped } from "./support/tools.ts";

const SCHEMA = `
  CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT NOT NULL, total REAL);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
    INSERT INTO orders SELECT i, 'customer ' || i, i * 1.5 FROM n;`;

/** A machine may be as slow as it likes. */
const CONFIG = `rehearsal:
  seconds: 1
  writers: 4
  readers: 2
  thresholds: { slowerPercent: 10000, slowerMilliseconds: 60000 }
`;

/** One rehearsal as a stack of its own: what production will do, and nothing of it left. */
describe.skipIf(skipped())("a rehearsal on a Docker engine", () => {
  const cwd = mkdtempSync(join(tmpdir(), "landbridge-e2e-rehearsal-"));
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));
  writeFileSync(join(cwd, "landbridge.yaml"), CONFIG);
  const environment = { HOME: process.env["HOME"], DOCKER_HOST: process.env["DOCKER_HOST"] };
  const flags = (): readonly string[] => {
    const source = sqliteFile(SCHEMA, { directory: mkdtempSync(join(cwd, "source-")) });
    return ["--source", source, "--config", "landbridge.yaml", "--set", `image=${postgresImage()}`];
  };

  const onEngine = (): string =>
    ["container ls --all --format {{.Names}}", "volume ls --format {{.Name}}", "network ls --format {{.Name}}"]
      .map((words) => docker(...words.split(" ")))
      .join("\n");
  const leavesNothing = (name: string): void => {
    expect(onEngine()).not.toContain(name);
    expect(readdirSync(ROOT).filter((file) => file.includes(name))).toEqual([]);
    expect(readdirSync(join(cwd, ".landbridge")).filter((file) => file.includes(name))).toEqual([]);
    expect(existsSync(join(cwd, ".landbridge/state/.pulumi/stacks/landbridge", `${name}.json`))).toBe(false);
  };

  it("provisions, copies, proves, measures, dumps and restores, and is gone", async () => {
    const test = 'test -n "$TEST_DATABASE_URL" && test "$TEST_DATABASE_URL" != "$DATABASE_URL"';
    const { code, stdout, stderr } = await run(cwd, "rehearse", [...flags(), "--json", "--test", test], environment);
    if (code !== 0) throw new Error(`the rehearsal ended with ${code}:\n${stderr}`);
    const report = JSON.parse(stdout) as RehearsalReport;
    expect(report).toMatchObject({
      status: "go",
      errors: [],
      crossing: { rowsRead: 2000, rowsWritten: 2000, tablesProven: 1 },
      application: { test: { exitCode: 0 } },
      wayBack: { snapshotIntact: true, restored: { rows: 2000, different: [] } },
    });
    expect(report.checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(report.postgresLoad!.writes.errors).toBe(0);
    expect(readFileSync(report.reports[0]!, "utf8")).toContain("Landbridge rehearsal: Go");
    leavesNothing(report.name);
  });

  it("is gone, too, where it is interrupted while the container is being made", async () => {
    const { child, saw, ended } = start(cwd, "rehearse", flags(), environment);
    await saw(/Container database-container creat/);
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr).toContain("error INTERRUPTED: The rehearsal was stopped.");
    leavesNothing(/Updating \((rehearse-[\d-]+)\)/.exec(stderr)![1]!);
  });
});
