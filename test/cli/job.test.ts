/** `npm run job`: the copy as the stack runs it, told everything by its environment and read by its last line. */
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, inject, it } from "vitest";
import { keepSnapshot } from "../../src/kept-snapshot.ts";
import { appSource, expectConsistentLedger, expectWhole } from "../support/app-source.ts";
import { installBrake } from "../support/brake.ts";
import { type Environment, passwordOf, resultOf, run, start, workingDirectory } from "../support/cli.ts";
import { freshDatabase } from "../support/database.ts";
import { toPrepare } from "../support/init.ts";
import { everythingIn } from "../support/untouched.ts";

const directory = workingDirectory();
const { target, admin } = await freshDatabase();

/** A snapshot as the stack would have it: taken of `app.sqlite`, under a name of its own. */
const snapshotOf = async (source: string, name: string) =>
  keepSnapshot({
    sourcePath: source,
    output: join(directory, name),
    directory,
    timeoutSeconds: 60,
    emit: () => undefined,
    signal: new AbortController().signal,
  });

const source = appSource(directory);
const { path: snapshot, sha256 } = await snapshotOf(source, "app.snapshot");

const environment = (schema: string, more: Environment = {}): Environment => ({
  LANDBRIDGE_TARGET: target.display,
  ...passwordOf(target),
  LANDBRIDGE_SOURCE: snapshot,
  LANDBRIDGE_SOURCE_SHA256: sha256,
  LANDBRIDGE_SOURCE_NAME: "app.sqlite",
  LANDBRIDGE_SCHEMA: schema,
  LANDBRIDGE_REPORTS: join(directory, "reports", schema),
  ...more,
});

const job = (given: Environment) => run(directory, "job", [], given);

describe("the job", () => {
  it("knows its file by its name among those of landbridge.yaml, and leaves the load of another in the schema alone", async () => {
    const other = join(directory, "other.db");
    const db = new Database(other);
    db.exec("CREATE TABLE others (id INTEGER PRIMARY KEY); INSERT INTO others VALUES (1)");
    db.close();
    const yaml = "sources: { app.sqlite: { tables: { bag: { target: app_bag } } }, other.db: {} }\n";
    writeFileSync(join(directory, "shared.yaml"), yaml);
    const argv = [other, "--target", target.display, "--schema", "shared", "--config", "shared.yaml"];
    expect((await run(directory, "migrate", argv, passwordOf(target))).code).toBe(0);
    const ended = await job(environment("shared", { LANDBRIDGE_CONFIG_YAML: yaml }));
    expect(resultOf(ended)).toMatchObject({ exitCode: 0, status: "done" });
    const { rows } = await admin.query(
      "SELECT (SELECT count(*)::int FROM shared.others) AS others, count(*)::int AS bag FROM shared.app_bag",
    );
    expect(rows).toEqual([{ others: 1, bag: 4 }]);
  });

  it("copies the snapshot that it is given, proves it, and says so in its last line; again, it has nothing to do", async () => {
    const ended = await job(environment("first"));
    expect(ended.code, ended.stderr).toBe(0);
    const result = resultOf(ended);
    expect(result).toMatchObject({ step: "copy", exitCode: 0, status: "done", rows: 12_104 });
    expect(result["summary"]).toMatch(/^Done and proven: Everything arrived: 12,104 rows in 5 tables/);
    expect(existsSync(String(result["report"]))).toBe(true);
    // The stack's passwords are in its outputs: an address without one would only ask for it.
    expect(ended.stdout).toContain("The report  ");
    expect(ended.stdout).not.toMatch(/psql|To look at/);
    await expectWhole(admin, "first", source);
    const { rows } = await admin.query("SELECT run_id, source_name FROM landbridge.runs WHERE schema_name = 'first'");
    expect(rows).toEqual([{ run_id: result["runId"], source_name: "app.sqlite" }]);
    expect(readdirSync(directory).filter((name) => name.endsWith(".readable.sqlite"))).toEqual([]);

    const before = await everythingIn(admin);
    const again = await job(environment("first"));
    expect(again.code).toBe(0);
    expect(resultOf(again)).toMatchObject({ status: "nothing-to-do", runId: result["runId"] });
    expect(await everythingIn(admin)).toEqual(before);
  });

  it("puts another snapshot in the place of the first, whatever file it is of", async () => {
    expect((await job(environment("second"))).code).toBe(0);
    const other = await snapshotOf(appSource(directory, "renamed.sqlite", 2), "renamed.snapshot");
    const ended = await job(
      environment("second", {
        LANDBRIDGE_SOURCE: other.path,
        LANDBRIDGE_SOURCE_SHA256: other.sha256,
        LANDBRIDGE_SOURCE_NAME: "renamed.sqlite",
      }),
    );
    expect(ended.code, ended.stderr).toBe(0);
    const { rows } = await admin.query("SELECT note FROM second.big WHERE id = 3");
    expect(rows).toEqual([{ note: "row 1 of 2" }]);
  });

  it("leaves a database alone that others have written to, with the reason in its last line and exit code 4", async () => {
    expect((await job(environment("served"))).code).toBe(0);
    await admin.query("INSERT INTO served.people (\"Mail\") VALUES ('new@example.org')");
    const before = await everythingIn(admin);
    const other = await snapshotOf(appSource(directory, "later.sqlite", 3), "later.snapshot");
    const ended = await job(
      environment("served", { LANDBRIDGE_SOURCE: other.path, LANDBRIDGE_SOURCE_SHA256: other.sha256 }),
    );
    expect(ended.code).toBe(4);
    expect(resultOf(ended)).toMatchObject({
      exitCode: 4,
      status: "refused",
      summary: expect.stringMatching(
        /^TARGET_WRITTEN_SINCE: Somebody else has written .*"people": 1 written by others/,
      ),
    });
    expect(await everythingIn(admin)).toEqual(before);
  });

  it("refuses a snapshot that is not the one that was made", async () => {
    const damaged = join(directory, "damaged.snapshot");
    copyFileSync(snapshot, damaged);
    appendFileSync(damaged, "x");
    const before = await everythingIn(admin);
    const ended = await job(environment("damaged", { LANDBRIDGE_SOURCE: damaged }));
    expect(ended.code).toBe(4);
    expect(resultOf(ended)).toMatchObject({ status: "refused", summary: expect.stringMatching(/^SNAPSHOT_DAMAGED: /) });
    expect(await everythingIn(admin)).toEqual(before);
  });

  it("looks at a file whose hash nobody has told, and refuses a damaged one by name", async () => {
    const damaged = join(directory, "unread.sqlite");
    const bytes = readFileSync(snapshot);
    bytes.fill(0xff, bytes.length - 4096, bytes.length - 2048);
    writeFileSync(damaged, bytes);
    const ended = await job(environment("unread", { LANDBRIDGE_SOURCE: damaged, LANDBRIDGE_SOURCE_SHA256: "" }));
    expect(ended.code, ended.stderr).toBe(4);
    expect(resultOf(ended)).toMatchObject({ summary: expect.stringMatching(/^SOURCE_CORRUPT: /) });
  });

  it("refuses a live file in WAL mode, which only the machine may open where it lives", async () => {
    const live = appSource(directory, "live.sqlite");
    const db = new Database(live);
    db.pragma("journal_mode = WAL");
    db.close();
    const ended = await job(environment("live", { LANDBRIDGE_SOURCE: live, LANDBRIDGE_SOURCE_SHA256: "" }));
    expect(ended.code).toBe(4);
    expect(resultOf(ended)).toMatchObject({ summary: expect.stringMatching(/^SNAPSHOT_NOT_FINISHED: /) });
    expect(existsSync(`${live}-shm`)).toBe(false);
  });

  it.each([
    ["LANDBRIDGE_TARGET", ""],
    ["LANDBRIDGE_SOURCE", ""],
    ["LANDBRIDGE_SCHEMA_BY", "somebody"],
    ["LANDBRIDGE_CONFIG_YAML", "nonsense: true"],
    ["LANDBRIDGE_VERIFY", "hardly"],
  ])("says what is wrong with %s=%s, with exit code 2", async (name, value) => {
    const ended = await job(environment("wrong", { [name]: value }));
    expect(ended.code, ended.stdout).toBe(2);
    expect(resultOf(ended)).toMatchObject({ exitCode: 2, status: "refused", summary: expect.stringContaining(": ") });
    expect(ended.stderr).toMatch(/^error [A-Z_]+: /m);
  });

  it("takes its configuration as text, and writes only to its work directory", async () => {
    const [work, closed] = [join(directory, "work"), join(directory, "closed")];
    mkdirSync(work);
    mkdirSync(closed);
    copyFileSync(snapshot, join(closed, "app.snapshot"));
    // Root may write anywhere: what counts is that nothing appears.
    chmodSync(closed, 0o555);
    const given = environment("worded", {
      LANDBRIDGE_SOURCE: join(closed, "app.snapshot"),
      LANDBRIDGE_CONFIG_YAML: "tables:\n  bag:\n    skip: true\n",
      LANDBRIDGE_REPORTS: "",
      LANDBRIDGE_WORK: work,
    });
    const ended = await run("/", "job", [], given);
    expect(ended.code, ended.stderr).toBe(0);
    expect(String(resultOf(ended)["report"])).toMatch(new RegExp(`^${work}/reports/.*\\.html$`));
    expect((await admin.query("SELECT to_regclass('worded.bag') AS bag")).rows).toEqual([{ bag: null }]);
    expect(readdirSync(closed)).toEqual(["app.snapshot"]);
    chmodSync(closed, 0o755);
  });

  it("loads into the tables that the application's migration has made, as their owner", async () => {
    const prepared = await toPrepare({ server: inject("adminTarget"), kind: "managed", schema: "theirs" });
    await prepared.init();
    const owner = await prepared.as("owner");
    await owner.query(`
      CREATE TABLE people (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, "Mail" text UNIQUE, born text, note text DEFAULT '');
      CREATE TABLE big (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, owner bigint NOT NULL REFERENCES people, note text, amount double precision);
      CREATE TABLE tags (word text, person bigint REFERENCES people, PRIMARY KEY (word, person));
      CREATE TABLE bag (v bigint);
      CREATE TABLE empty (id bigint PRIMARY KEY);
      CREATE VIEW mails AS SELECT id, "Mail" FROM people`);
    const ofOwner = prepared.targetOf("owner");
    const given = environment("theirs", {
      LANDBRIDGE_TARGET: ofOwner.display,
      ...passwordOf(ofOwner),
      LANDBRIDGE_SCHEMA_BY: "existing",
      LANDBRIDGE_ON_CONFLICT: "fail",
    });
    const ended = await job(given);
    expect(ended.code, ended.stderr).toBe(0);
    await expectWhole(prepared.superuser, "theirs", source);
    const application = await prepared.as("application");
    expect((await application.query("SELECT count(*)::int AS n FROM mails")).rows).toEqual([{ n: 50 }]);
    await application.query("INSERT INTO people (\"Mail\") VALUES ('new@example.org')");
    expect(resultOf(await job(given))).toMatchObject({ status: "nothing-to-do" });
  });

  it("ends cleanly on SIGTERM in the middle of the copy, and the same job then goes on to the end", async () => {
    const other = await freshDatabase();
    const brake = await installBrake(other.admin);
    await brake.set({ kind: "row", table: "big", number: 18_000 });
    const given = environment("stopped", { LANDBRIDGE_TARGET: other.target.display });
    const first = start(directory, "job", [], given);
    await brake.reached();
    first.child.kill("SIGTERM");
    const ended = await first.ended;
    expect([ended.code, ended.signal], ended.stderr).toEqual([1, null]);
    expect(resultOf(ended)).toMatchObject({ status: "failed", summary: expect.stringMatching(/^INTERRUPTED: /) });
    await brake.release();
    const again = await job(given);
    expect(again.code, again.stderr).toBe(0);
    await expectWhole(other.admin, "stopped", source);
    await expectConsistentLedger(other.admin, "stopped");
  });
});
