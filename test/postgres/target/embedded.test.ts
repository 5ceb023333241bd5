import { access, chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { checkTarget } from "../../../src/target/checks.ts";
import { connect } from "../../../src/target/connect.ts";
import {
  type EmbeddedOptions,
  embeddedStatus,
  resetEmbedded,
  startEmbedded,
  stopEmbedded,
} from "../../../src/target/embedded/embedded.ts";
import type { EmbeddedVersion } from "../../../src/target/embedded/model.ts";
import { readServerFacts } from "../../../src/target/facts.ts";
import { installLedger, ledgerExists } from "../../../src/target/ledger.ts";
import type { Target } from "../../../src/target/model.ts";
import { columnOf, planOf } from "../../support/plan.ts";

const started: EmbeddedOptions[] = [];
const plan = planOf({ tables: [{ target: "users", columns: [columnOf({ target: "id" })] }] });

/** A directory that only its owner may enter, with a space in its name. */
const fresh = async (options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedOptions> => {
  const parent = await mkdtemp(join(tmpdir(), "landbridge embedded "));
  const made = { directory: join(parent, ".landbridge"), environment: process.env, ...options };
  started.push(made);
  return made;
};

afterEach(async () => {
  for (const options of started.splice(0)) {
    await resetEmbedded(options);
    await rm(join(options.directory, ".."), { recursive: true });
  }
});

const query = async (target: Target, sql: string): Promise<unknown[]> => {
  const client = await connect(target, "test");
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

describe("the embedded server", () => {
  test.each(["15", "16", "17", "18"] as const satisfies readonly EmbeddedVersion[])(
    "of version %s starts, passes the checks and takes the ledger",
    async (version) => {
      const { target } = await startEmbedded(await fresh({ version }));
      const client = await connect(target, "test");
      expect(await readServerFacts(client)).toMatchObject({
        encoding: "UTF8",
        superuser: true,
        version: expect.stringMatching(`^${version}\\.`),
      });
      expect(await checkTarget(client, plan, target, "app.sqlite")).toEqual([]);
      await installLedger(client);
      expect(await ledgerExists(client)).toBe(true);
      expect((await client.query("SELECT 'a' < 'B' AS alphabetical")).rows).toEqual([{ alphabetical: false }]);
      await client.end();
    },
  );

  test("is the same server the next time, also for two that start it at once", async () => {
    const options = await fresh();
    const [one, two] = await Promise.all([startEmbedded(options), startEmbedded(options)]);
    expect(two).toMatchObject({ pid: one.pid, target: one.target });
    await query(one.target, "CREATE TABLE kept AS SELECT 7 AS x");
    await one.stop();
    expect(await embeddedStatus(options)).toMatchObject({ state: "stopped" });
    expect(await stopEmbedded(options)).toBe(false);
    const again = await startEmbedded(options);
    expect(again.target).toEqual(one.target);
    expect(await query(again.target, "SELECT x FROM kept")).toEqual([{ x: 7 }]);
    expect(await embeddedStatus(options)).toMatchObject({ state: "running", pid: again.pid });
  });

  test("writes to the disk before it says that something is committed", async () => {
    const { target } = await startEmbedded(await fresh());
    expect(
      await query(
        target,
        "SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS waits, current_setting('wal_level') AS level",
      ),
    ).toEqual([{ fsync: "on", waits: "on", level: "minimal" }]);
  });

  test("lets nobody in without its password, which only the owner may read", async () => {
    const options = await fresh();
    const { target } = await startEmbedded(options);
    await expect(connect({ ...target, config: { ...target.config, password: "guess" } }, "test")).rejects.toMatchObject(
      { code: "TARGET_AUTHENTICATION" },
    );
    const file = join(options.directory, "postgres-18.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).toContain(String(target.config.password));
    expect(await readFile(`/proc/${(await startEmbedded(options)).pid}/cmdline`, "utf8").catch(() => "")).not.toContain(
      String(target.config.password),
    );
  });

  test("takes another port when its own has been taken", async () => {
    const options = await fresh();
    const first = await startEmbedded(options);
    await first.stop();
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(first.target.config.port, "127.0.0.1", resolve));
    const second = await startEmbedded(options);
    squatter.close();
    expect(second.target.config.port).not.toBe(first.target.config.port);
    expect(await query(second.target, "SELECT 1 AS x")).toEqual([{ x: 1 }]);
  });

  test("starts although a stale postmaster.pid names a process that lives", async () => {
    const options = await fresh();
    const { stop } = await startEmbedded(options);
    await stop();
    const { home } = JSON.parse(await readFile(join(options.directory, "postgres-18.json"), "utf8")) as {
      home: string;
    };
    await writeFile(join(home, "data", "postmaster.pid"), `${process.pid}\n${home}/data\n1\n1\n\n127.0.0.1\n\nready\n`);
    expect(await embeddedStatus(options)).toMatchObject({ state: "stopped" });
    expect(await query((await startEmbedded(options)).target, "SELECT 1 AS x")).toEqual([{ x: 1 }]);
  });

  test("works in a directory whose path is longer than a socket's may be", async () => {
    const options = await fresh();
    const deep = { ...options, directory: join(options.directory, "d".repeat(100), "e".repeat(100)) };
    expect(await query((await startEmbedded(deep)).target, "SELECT 1 AS x")).toEqual([{ x: 1 }]);
    await resetEmbedded(deep);
  });

  test("leaves the permissions of a directory that was there as they were", async () => {
    const options = await fresh();
    await mkdir(options.directory, { recursive: true });
    await chmod(options.directory, 0o755);
    await startEmbedded(options);
    expect((await stat(options.directory)).mode & 0o777).toBe(0o755);
    expect((await stat(join(options.directory, ".."))).mode & 0o777).toBe(0o700);
  });

  test("that did not come up says why, with the end of its log", async () => {
    const options = await fresh({ parameters: { shared_buffers: "nonsense" } });
    await expect(startEmbedded(options)).rejects.toMatchObject({
      code: "EMBEDDED_START",
      message: expect.stringContaining("shared_buffers"),
    });
  });
});

/** An environment without util-linux stands for a machine that does not allow user namespaces. */
const root = process.getuid?.() === 0;
const WAYS: readonly { readonly way: string; readonly account: string; readonly environment: NodeJS.ProcessEnv }[] =
  root
    ? [
        { way: "root in a user namespace", account: "namespace", environment: process.env },
        { way: "root, as another user id", account: "other", environment: { ...process.env, PATH: "/nonexistent" } },
      ]
    : [{ way: "a user of its own", account: "own", environment: process.env }];

describe.each(WAYS)("by $way, a server", ({ account, environment }) => {
  test("that was killed comes back with everything that was committed", async () => {
    const options = await fresh({ environment });
    const { target, pid } = await startEmbedded(options);
    await query(target, "CREATE TABLE kept AS SELECT i FROM generate_series(1, 1000) AS i");
    process.kill(pid, "SIGKILL");
    await expect
      .poll(async () =>
        connect(target, "test").then(
          () => "up",
          () => "down",
        ),
      )
      .toBe("down");
    const again = await startEmbedded(options);
    expect(again.pid).not.toBe(pid);
    expect(await query(again.target, "SELECT count(*)::int AS n FROM kept")).toEqual([{ n: 1000 }]);
  });

  test("remembers how it is run, and leaves nothing behind after a reset", async () => {
    const options = await fresh({ environment });
    await startEmbedded(options);
    const kept = JSON.parse(await readFile(join(options.directory, "postgres-18.json"), "utf8")) as {
      account: string;
      home: string;
    };
    expect(kept.account).toBe(account);
    await resetEmbedded(options);
    await expect(access(kept.home)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await embeddedStatus(options)).toEqual({ state: "absent" });
  });
});
