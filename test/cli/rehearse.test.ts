import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RehearsalReport } from "../../src/rehearsal/model.ts";
import { type Ended, run, start, workingDirectory } from "../support/cli.ts";
import { sqliteFile } from "../support/sqlite.ts";

const root = workingDirectory();

const SCHEMA = `
  CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT NOT NULL, total REAL);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
    INSERT INTO orders SELECT i, 'customer ' || i, i * 1.5 FROM n;
  CREATE TABLE "last" (id INTEGER PRIMARY KEY, note TEXT);`;

/** A machine may be as slow as it likes: only what the tests are about may decide. */
const CONFIG = `rehearsal:
  seconds: 0.5
  writers: 2
  readers: 1
  thresholds: { slowerPercent: 10000, slowerMilliseconds: 60000 }
  queries:
    - { name: all, sql: "SELECT * FROM orders ORDER BY id" }
`;

const place = (more = ""): { readonly cwd: string; readonly source: string; readonly flags: readonly string[] } => {
  const cwd = mkdtempSync(join(root, "place-"));
  writeFileSync(join(cwd, "landbridge.yaml"), CONFIG);
  const source = sqliteFile(SCHEMA + more, { directory: cwd });
  return { cwd, source, flags: ["--source", source, "--target", "embedded", "--config", "landbridge.yaml"] };
};

const reportOf = ({ stdout, stderr }: Ended): RehearsalReport => {
  try {
    return JSON.parse(stdout) as RehearsalReport;
  } catch {
    throw new Error(`no document: ${stdout}\n${stderr}`);
  }
};
const verdicts = ({ decisions }: RehearsalReport) =>
  Object.fromEntries(decisions.map(({ issue, verdict }) => [issue, verdict]));
const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
/** Logs stay; nothing else of a rehearsal does. */
const kept = (cwd: string): readonly string[] => readdirSync(join(cwd, ".landbridge"));

describe("a rehearsal without Docker", () => {
  it("goes from backup to verdict, gives the application its two databases, and leaves nothing but reports", async () => {
    const { cwd, source, flags } = place();
    const before = sha256(source);
    const test =
      'test -n "$DATABASE_URL" && test "$TEST_DATABASE_URL" != "$DATABASE_URL" && echo "$DATABASE_URL" > url && echo "the tests ran"';
    const ended = await run(cwd, "rehearse", [...flags, "--json", "--test", test, "--production-bytes", "20x"]);
    const report = reportOf(ended);
    expect({ code: ended.code, errors: report.errors }).toEqual({ code: 0, errors: [] });
    expect(report.status).toBe("go");
    expect(verdicts(report)).toMatchObject({
      "Row count mismatch up to 1 %": "go",
      "Row count mismatch over 1 %": "go",
      "Application errors": "go",
      "Performance degradation": "go",
      "Data corruption": "go",
    });
    expect(report.crossing).toMatchObject({ rowsRead: 500, rowsWritten: 500, tables: 2, tablesProven: 2 });
    expect(report.ownQueries[0]!.answers).toMatchObject({ verdict: "same", sqliteRows: 500 });
    expect(report.application.test).toMatchObject({ exitCode: 0 });
    expect(report.prediction!.productionBytes).toBe(20 * report.source.bytes);
    expect(report.promises).toHaveLength(4);
    expect(report.phases.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["provision", "copy", "baseline", "load", "destroy"]),
    );
    expect(report.wayBack).toMatchObject({ sqliteBefore: before, sqliteAfter: before, snapshotIntact: true });
    expect(sha256(source)).toBe(before);
    expect(ended.stderr).toContain("the tests ran");

    expect(kept(cwd)).toEqual(["logs"]);
    const password = /:([^:@]+)@/.exec(readFileSync(join(cwd, "url"), "utf8"))![1]!;
    const written = readdirSync(join(cwd, "reports")).map((name) => readFileSync(join(cwd, "reports", name), "utf8"));
    expect(written).toHaveLength(6);
    expect([ended.stdout, ended.stderr, ...written].join("\n")).not.toContain(password);
    for (const path of report.reports) expect(existsSync(path)).toBe(true);
    expect(readFileSync(report.reports.find((path) => path.endsWith(".txt"))!, "utf8")).toContain(
      "Landbridge rehearsal: Go",
    );
  });

  it("is a no-go where rows do not cross and the application's tests fail, with exit code 3", async () => {
    const { cwd, flags } = place(
      `INSERT INTO "last" WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20) SELECT i, 'a' || char(0) || 'b' FROM n;`,
    );
    const { code, stdout } = await run(cwd, "rehearse", [
      ...flags,
      "--test",
      "exit 7",
      "--probe",
      "http://127.0.0.1:1/health",
    ]);
    expect(code).toBe(3);
    expect(stdout).toContain("NO GO: Not yet: row count mismatch over 1 %, application errors.");
    const words = stdout.replaceAll(/\s+/g, " ");
    expect(words).toContain("20 rows of 520 rows");
    expect(words).toContain("the application's tests ended with 7; the application's health check failed throughout");
    expect(kept(cwd)).toEqual(["logs"]);
  });

  it("takes everything away when it is interrupted, and says neither go nor no-go", async () => {
    const { cwd, flags } = place();
    const { child, saw, ended } = start(cwd, "rehearse", [...flags, "--seconds", "60"]);
    await saw(/^load {6}started/m);
    child.kill("SIGINT");
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr).toContain("What the rehearsal has made is taken away");
    expect(stderr).toContain("error INTERRUPTED: The rehearsal was stopped.");
    expect(stdout).toContain("FAILED: The rehearsal broke off");
    expect(kept(cwd)).toEqual(["logs"]);
    const [json] = readdirSync(join(cwd, "reports")).filter((name) => /^rehearsal_.*json$/.test(name));
    expect(JSON.parse(readFileSync(join(cwd, "reports", json!), "utf8"))).toMatchObject({
      status: "failed",
      exitCode: 1,
    });
  });

  it("leaves everything standing where that is asked for, and says how to remove it", async () => {
    const { cwd, flags } = place();
    const { code, stderr } = await run(cwd, "rehearse", [...flags, "--keep"]);
    const directory = kept(cwd).find((name) => name.startsWith("rehearse-"))!;
    expect([code, stderr]).toEqual([0, expect.stringContaining(`--directory ${join(cwd, ".landbridge", directory)}`)]);
    const removed = await run(cwd, "pg", ["reset", "--yes", "--directory", join(cwd, ".landbridge", directory)]);
    expect(removed.code).toBe(0);
  });

  it("touches nothing where the source is missing or damaged", async () => {
    const { cwd } = place();
    const flags = ["--target", "embedded"];
    const missing = await run(cwd, "rehearse", ["--source", "missing.sqlite", ...flags]);
    expect([missing.code, missing.stderr]).toEqual([4, expect.stringContaining("error SOURCE_MISSING")]);
    writeFileSync(join(cwd, "text.sqlite"), "no database at all, and long enough to be looked at".repeat(20));
    const text = await run(cwd, "rehearse", ["--source", "text.sqlite", ...flags]);
    expect([text.code, text.stderr]).toEqual([4, expect.stringContaining("error SOURCE_NOT_SQLITE")]);
    expect([kept(cwd), existsSync(join(cwd, "reports"))]).toEqual([["logs"], false]);
  });
});
