import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../src/target/embedded/free-port.ts";
import { postgresImage } from "./support/images.ts";
import { TestStack } from "./support/stack.ts";
import { docker, skipped } from "./support/tools.ts";

/** The life of one stack, in order: each test goes on where the one before it ended. */
describe.skipIf(skipped())("a stack on a Docker engine", () => {
  const stack = new TestStack("life");
  const directory = mkdtempSync(join(tmpdir(), "landbridge-e2e-source-"));
  const source = join(directory, "app.sqlite");
  const container = `landbridge-${stack.name}`;

  beforeAll(async () => {
    writeSource(source, 1000);
    stack.init({
      image: postgresImage(),
      port: String(await freePort()),
      source,
      stopSeconds: "20",
    });
  });

  afterAll(() => {
    stack.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  const query = async <T extends pg.QueryResultRow>(sql: string, output = "ownerUrl"): Promise<T[]> => {
    const client = new pg.Client(String(stack.outputs()[output]));
    await client.connect();
    try {
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const notes = async (): Promise<number> =>
    Number((await query<{ n: string }>("SELECT count(*) AS n FROM note"))[0]?.n);
  const containerId = (): string => docker("container", "inspect", "--format", "{{.Id}}", container);

  it("comes up, with every row proven", async () => {
    stack.up();
    expect(stack.outputs()["copy"]).toMatchObject({
      exitCode: 0,
      summary: expect.stringContaining("Everything arrived: 1,000 rows"),
    });
    expect(await notes()).toBe(1000);
  });

  it("is not touched by a second up", () => {
    stack.up("--expect-no-changes");
  });

  it("keeps every password out of its state, the container and the job's reports", () => {
    const { url, ownerUrl, analystUrl, monitorUrl, copy } = stack.outputs();
    const report = readFileSync(String((copy as { report: string }).report), "utf8");
    const seen = `${stack.state()} ${docker("container", "inspect", container)} ${docker("logs", container)} ${report}`;
    for (const address of [url, ownerUrl, analystUrl, monitorUrl]) {
      const { password } = new URL(String(address));
      expect(password.length).toBeGreaterThanOrEqual(24);
      expect(seen).not.toContain(password);
    }
  });

  it("listens on this machine alone", () => {
    const ports = docker("container", "inspect", "--format", "{{json .NetworkSettings.Ports}}", container);
    expect(JSON.parse(ports)["5432/tcp"]).toEqual([expect.objectContaining({ HostIp: "127.0.0.1" })]);
  });

  it("lets the application write rows and nothing else, and the analyst read", async () => {
    await expect(query("CREATE TABLE other ()", "url")).rejects.toThrow(/permission denied/);
    await expect(query("DELETE FROM note", "analystUrl")).rejects.toThrow(/permission denied/);
    expect(await query("SELECT body FROM note WHERE id = 1", "analystUrl")).toEqual([{ body: "note 1" }]);
  });

  it("writes an environment file for this user alone, which opens the database", () => {
    const file = String(stack.outputs()["environmentFile"]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).toContain(`DATABASE_URL=${stack.outputs()["url"]}`);
  });

  it("loads a source that has changed, and serves the new rows under the same names", async () => {
    writeSource(source, 1500);
    stack.up();
    expect(await notes()).toBe(1500);
    expect(await query("SELECT count(*) AS n FROM note", "url")).toEqual([{ n: "1500" }]);
    stack.up("--expect-no-changes");
  });

  it("keeps its rows when its container is replaced", async () => {
    const before = containerId();
    stack.configure({ memory: "1GB" });
    stack.up();
    expect(containerId()).not.toBe(before);
    expect(await notes()).toBe(1500);
  });

  it("loses nothing to an image that cannot be had: the old container goes on", async () => {
    const before = containerId();
    stack.configure({ image: "landbridge-test/nowhere:17" });
    expect(stack.cli("up", "--yes", "--skip-preview", "--stack", stack.name).exitCode).not.toBe(0);
    expect(containerId()).toBe(before);
    expect(await notes()).toBe(1500);
    stack.configure({ image: postgresImage() });
    stack.up();
    expect(containerId()).toBe(before);
  });

  it("gets new passwords without touching the container or those who are connected", async () => {
    const before = containerId();
    const old = String(stack.outputs()["url"]);
    const connected = new pg.Client(old);
    await connected.connect();
    stack.configure({ rotation: "1" });
    stack.up();
    expect((await connected.query("SELECT 1 AS still")).rows).toEqual([{ still: 1 }]);
    await connected.end();
    expect(containerId()).toBe(before);
    await expect(new pg.Client(old).connect()).rejects.toThrow(/password authentication failed/);
    expect(await query("SELECT 1 AS new", "url")).toEqual([{ new: 1 }]);
  });

  it("goes on after an up that was broken off in mid-copy", async () => {
    writeSource(source, 400_000);
    const running = stack.start("up", "--yes", "--skip-preview");
    await seen(running, "copy: copy");
    running.kill("SIGINT");
    const [exitCode] = await once(running, "exit");
    expect(exitCode).not.toBe(0);
    stack.cli("cancel", "--yes", "--stack", stack.name);
    stack.up();
    expect(await notes()).toBe(400_000);
  });

  it("is never loaded over by a new source once somebody has written to it", async () => {
    await query("INSERT INTO note (body) VALUES ('from the application')", "url");
    writeSource(source, 10);
    const { exitCode, text } = stack.cli("up", "--yes", "--skip-preview", "--stack", stack.name);
    expect(exitCode).not.toBe(0);
    expect(text).toMatch(/TARGET_WRITTEN_SINCE/);
    expect(await notes()).toBe(400_001);
  });

  it("is not destroyed by a bare destroy: its data are protected", () => {
    const { exitCode, text } = stack.cli("destroy", "--yes", "--skip-preview", "--stack", stack.name);
    expect(exitCode).not.toBe(0);
    expect(text).toMatch(/protect/);
    expect(docker("volume", "ls", "--format", "{{.Name}}")).toContain(container);
  });

  it("names a mistake in its configuration, with the key and an example", () => {
    stack.configure({ memory: "lots" });
    const { exitCode, text } = stack.cli("preview", "--stack", stack.name);
    expect(exitCode).not.toBe(0);
    expect(text).toContain('memory: "lots" is not valid: a size with its unit');
    expect(text).toContain("pulumi config set memory 4GB");
    expect(text).not.toMatch(/\n\s+at /);
    stack.configure({ memory: "1GB" });
  });

  it("is gone without a trace after a teardown, and the source is as it was", () => {
    const before = readFileSync(source);
    stack.verb("teardown", "--stack", stack.name, "--yes", "--no-dump");
    for (const kind of ["container", "volume", "network"])
      expect(docker(kind, "ls", ...(kind === "container" ? ["--all"] : []), "--format", "{{json .}}")).not.toContain(
        stack.name,
      );
    expect(readFileSync(source).equals(before)).toBe(true);
  });
});

/** A new application state: so many notes, in a file that another process may hold open. */
const writeSource = (path: string, rows: number): void => {
  const db = new Database(path);
  db.exec("CREATE TABLE IF NOT EXISTS note(id INTEGER PRIMARY KEY, body TEXT NOT NULL); DELETE FROM note;");
  db.exec(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
     INSERT INTO note SELECT i, 'note ' || i FROM n`,
  );
  db.close();
};

const seen = (child: ChildProcess, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let all = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      all += chunk.toString();
      if (all.includes(text)) resolve();
    });
    child.once("exit", () => reject(new Error(`it ended before it said "${text}":\n${all}`)));
  });
