import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/stack/find.ts";
import { TestStack } from "./support/stack.ts";
import { CLI } from "./support/tools.ts";

/** The npm package's would have to be downloaded first, which a test must not do. */
const missing = CLI === "" || CLI.includes("node_modules");
if (missing)
  process.stderr.write("e2e skipped: there is no Pulumi CLI on PATH; an existing server was tested on mocks.\n");

/** The life of one stack, in order. The embedded server stands for one that is somebody else's. */
describe.skipIf(missing)("a stack on a server that is there already", () => {
  const directory = mkdtempSync(join(tmpdir(), "landbridge-e2e-existing-"));
  const server = (...words: string[]): string =>
    execFileSync(process.execPath, [join(ROOT, "scripts", "pg.ts"), ...words, "--directory", directory], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  const stack = new TestStack("existing");
  const OWNER_PASSWORD = "the owner's own, given in the URL";

  beforeAll(() => {
    server("start");
    const adminUrl = server("url");
    const url = new URL(adminUrl);
    Object.assign(url, { username: "shop_owner", password: OWNER_PASSWORD, pathname: "/shop" });
    stack.init({ target: "existing", source: "sample", environment: "dev", user: "shop" });
    stack.secret("url", url.href);
    stack.secret("adminUrl", adminUrl);
  });

  afterAll(() => {
    stack.remove();
    server("reset", "--yes");
    rmSync(directory, { recursive: true, force: true });
  });

  const as = async (output: string, sql: string): Promise<unknown[]> => {
    const client = new pg.Client(String(stack.outputs()[output]));
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };

  it("makes the database and its roles there, and proves every row", async () => {
    stack.up();
    expect(stack.outputs()).toMatchObject({ kind: "existing", database: "shop", copy: { exitCode: 0 } });
    expect(await as("ownerUrl", "SELECT current_user, count(*)::int AS books FROM book")).toEqual([
      { current_user: "shop_owner", books: 3000 },
    ]);
  });

  it("gives the application rows and no tables, and the analyst no rows to change", async () => {
    expect(await as("url", "UPDATE book SET title = title WHERE id = 1 RETURNING id")).toHaveLength(1);
    await expect(as("url", "CREATE TABLE more (id int)")).rejects.toThrow(/permission denied/);
    await expect(as("analystUrl", "DELETE FROM book")).rejects.toThrow(/permission denied/);
  });

  it("has no password in its state, and nothing left to do", () => {
    expect(stack.state()).not.toContain(OWNER_PASSWORD);
    stack.up("--expect-no-changes");
  });

  it("makes new passwords, with which everybody logs in", async () => {
    const before = stack.outputs()["url"];
    stack.configure({ rotation: "1" });
    stack.up();
    expect(stack.outputs()["url"]).not.toBe(before);
    expect(await as("url", "SELECT current_user")).toEqual([{ current_user: "shop" }]);
  });

  it("leaves the server and the rows when it is taken away", async () => {
    const { ownerUrl } = stack.outputs();
    stack.must("destroy", "--yes", "--skip-preview", "--stack", stack.name);
    const client = new pg.Client(String(ownerUrl));
    await client.connect();
    const { rows } = await client.query("SELECT count(*)::int AS books FROM book");
    await client.end();
    expect(rows).toEqual([{ books: 3000 }]);
  });
});
