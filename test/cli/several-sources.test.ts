/** Two files into one schema: beside each other, each as a load of its own, whatever happens to the other. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { SeveralReports } from "../../src/sources/outcome.ts";
import { quoteIdentifier } from "../../src/target/quote.ts";
import { writtenSince } from "../../src/written-since.ts";
import { installBrake } from "../support/brake.ts";
import { documentOf, type Ended, passwordOf, run, start, workingDirectory } from "../support/cli.ts";
import { freshDatabase } from "../support/database.ts";
import { everythingIn } from "../support/untouched.ts";

const directory = workingDirectory();
const { target, admin } = await freshDatabase();
const brake = await installBrake(admin);
const environment = passwordOf(target);
afterAll(() => brake.release());
beforeEach(() => brake.release());

const file = (name: string, sql: string): void => {
  const db = new Database(join(directory, name));
  db.exec(sql);
  db.close();
};

// As of one application with two databases: both know users, each its own.
file(
  "main.db",
  `CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL); CREATE INDEX ix_users_email ON users (email);
   CREATE TABLE notes (id INTEGER PRIMARY KEY, author INTEGER REFERENCES users (id), body TEXT);
   CREATE VIEW authors AS SELECT id, email FROM users;
   INSERT INTO users VALUES (1, 'a@example.org'), (2, 'b@example.org'); INSERT INTO notes VALUES (1, 1, 'first'), (2, 2, 'second')`,
);
file(
  "memory.db",
  `CREATE TABLE users (id TEXT PRIMARY KEY, email TEXT, secret TEXT); CREATE INDEX ix_users_email ON users (email);
   CREATE TABLE groves (id INTEGER PRIMARY KEY, owner TEXT REFERENCES users (id));
   INSERT INTO users VALUES ('u1', 'c@example.org', 'x'); INSERT INTO groves VALUES (1, 'u1'), (2, 'u1'), (3, NULL)`,
);
file("third.db", "CREATE TABLE other (x)");

const SETTLED = `sources:
  main.db: {}
  memory.db:
    tables: { users: { target: memory_users } }
    rename: { ix_users_email: ix_memory_users_email }
`;
writeFileSync(join(directory, "both.yaml"), SETTLED);

const into = (schema: string): string[] => ["--target", target.display, "--schema", schema];
const both = (schema: string): string[] => ["main.db", "memory.db", "--config", "both.yaml", ...into(schema)];
const migrate = (...argv: readonly string[]): Promise<Ended> => run(directory, "migrate", argv, environment);
const severalOf = (ended: Ended): SeveralReports => JSON.parse(ended.stdout) as SeveralReports;

/** Tables and views of the schema with their rows. */
const rowsIn = async (schema: string): Promise<Record<string, number>> => {
  const { rows } = await admin.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'v') ORDER BY 1",
    [quoteIdentifier(schema)],
  );
  const counts: Record<string, number> = {};
  for (const { name } of rows) {
    const { rows: counted } = await admin.query(`SELECT count(*)::int AS n FROM ${quoteIdentifier(schema)}.${name}`);
    counts[name] = counted[0].n as number;
  }
  return counts;
};

const BOTH = { authors: 2, groves: 3, memory_users: 1, notes: 2, users: 2 };

/** Runs the test's own change on a file, and takes it back afterwards. */
const changed = async (name: string, sql: string, back: string, work: () => Promise<void>): Promise<void> => {
  file(name, sql);
  try {
    await work();
  } finally {
    file(name, back);
  }
};

describe("two files that both have a table users", () => {
  it("are refused together, with the lines that settle it, and nothing is touched, not even the ledger", async () => {
    const before = await everythingIn(admin);
    const refused = await migrate("main.db", "memory.db", ...into("apart"));
    expect([refused.code, refused.stdout]).toEqual([4, ""]);
    expect(refused.stderr).toContain("error SOURCES_COLLIDE: main.db and memory.db");
    expect(await everythingIn(admin)).toEqual(before);
    const lines = refused.stderr.slice(refused.stderr.indexOf("sources:"));
    writeFileSync(join(directory, "printed.yaml"), lines);
    const settled = await migrate("main.db", "memory.db", "--config", "printed.yaml", ...into("apart"));
    expect(settled.code, settled.stderr).toBe(0);
    expect(await rowsIn("apart")).toEqual(BOTH);
  });

  it("stand beside each other, each reported and proven; again there is nothing to do, together or one at a time", async () => {
    const first = await migrate(...both("two"), "--json");
    expect(first.code, first.stderr).toBe(0);
    const several = severalOf(first);
    expect(several).toMatchObject({ status: "done", exitCode: 0, notBegun: [] });
    expect(several.sources.map(({ status, tables }) => [status, tables.map((table) => table.proof)])).toEqual([
      ["done", ["equal", "equal"]],
      ["done", ["equal", "equal"]],
    ]);
    expect(await rowsIn("two")).toEqual(BOTH);
    const before = await everythingIn(admin);
    expect(severalOf(await migrate(...both("two"), "--json"))).toMatchObject({ status: "nothing-to-do", exitCode: 0 });
    for (const name of ["main.db", "memory.db"]) {
      const alone = await migrate(name, "--config", "both.yaml", ...into("two"), "--json");
      expect(documentOf(alone)).toMatchObject({ status: "nothing-to-do", exitCode: 0 });
    }
    expect(await everythingIn(admin)).toEqual(before);
  });

  it("may come one at a time, in either order", async () => {
    for (const name of ["memory.db", "main.db"]) {
      const alone = await migrate(name, "--config", "both.yaml", ...into("single"));
      expect(alone.code, alone.stderr).toBe(0);
    }
    expect(await rowsIn("single")).toEqual(BOTH);
  });

  it("are told in words: a summary of each, and a table of both", async () => {
    const told = await migrate(...both("words"));
    expect(told.stdout).toMatch(/main\.db\n.*Done and proven.*memory\.db\n.*Done and proven/s);
    expect(told.stdout).toMatch(
      /main\.db +Done and proven +2 +4 +2 of 2\nmemory\.db +Done and proven +2 +4 +2 of 2\n$/,
    );
    expect(told.stderr).toMatch(/^file +main\.db$/m);
  });
});

describe("a file that stands beside another", () => {
  it("is replaced by a new state of itself, and the other is not touched", async () => {
    await migrate(...both("moving"));
    const xids = async () =>
      (await admin.query("SELECT xmin::text FROM moving.users UNION ALL SELECT xmin::text FROM moving.notes")).rows;
    const before = await xids();
    await admin.query("CREATE VIEW moving.theirs AS SELECT email FROM moving.users");
    await changed("memory.db", "INSERT INTO groves VALUES (4, 'u1')", "DELETE FROM groves WHERE id = 4", async () => {
      const second = await migrate("memory.db", "--config", "both.yaml", ...into("moving"));
      expect(second.code, second.stderr).toBe(0);
    });
    expect(await rowsIn("moving")).toEqual({ ...BOTH, groves: 4, theirs: 2 });
    expect(await xids()).toEqual(before);
    const { rows } = await admin.query(
      "SELECT source_name, phase FROM landbridge.runs WHERE schema_name = 'moving' ORDER BY started_at",
    );
    expect(rows).toEqual([
      { source_name: "main.db", phase: "done" },
      { source_name: "memory.db", phase: "superseded" },
      { source_name: "memory.db", phase: "done" },
    ]);
  });

  it("does not hinder the other where somebody has written to it, and is itself refused", async () => {
    await migrate(...both("written"));
    await admin.query("INSERT INTO written.users VALUES (3, 'late@example.org')");
    await changed("memory.db", "INSERT INTO groves VALUES (4, 'u1')", "DELETE FROM groves WHERE id = 4", async () => {
      expect((await migrate("memory.db", "--config", "both.yaml", ...into("written"))).code).toBe(0);
    });
    await changed("main.db", "INSERT INTO notes VALUES (3, 1, 'n')", "DELETE FROM notes WHERE id = 3", async () => {
      const refused = await migrate("main.db", "--config", "both.yaml", ...into("written"));
      expect(refused.code).toBe(4);
      expect(refused.stderr).toContain("error TARGET_WRITTEN_SINCE");
      const together = await migrate(...both("written"), "--json");
      expect(severalOf(together)).toMatchObject({ status: "refused", exitCode: 4, notBegun: ["memory.db"] });
    });
    const { run: newest, tables } = await writtenSince(target, "written");
    expect(newest?.sourceName).toBe("memory.db");
    expect(tables).toEqual([{ table: "users", foreign: 1, rows: 3, expected: 2 }]);
  });

  it("is proven by its own name, later, by itself or with the other", async () => {
    const first = severalOf(await migrate(...both("proven"), "--json"));
    await admin.query("UPDATE proven.memory_users SET secret = 'y'");
    const verify = (...names: readonly string[]) =>
      run(directory, "verify", [...names, ...into("proven"), "--json"], environment);
    expect(documentOf(await verify("main.db"))).toMatchObject({
      exitCode: 0,
      source: { path: join(directory, "main.db") },
    });
    expect(documentOf(await verify("memory.db"))).toMatchObject({ exitCode: 3, differenceCount: 1 });
    expect(severalOf(await verify("main.db", "memory.db"))).toMatchObject({
      status: "done-with-differences",
      exitCode: 3,
    });
    expect(documentOf(await verify(first.sources[0]!.snapshot!))).toMatchObject({ exitCode: 0 });
    const stranger = await verify("third.db");
    expect([stranger.code, documentOf(stranger).errors[0]?.code]).toEqual([4, "NOTHING_LOADED"]);
  });

  it("is finished by --resume after a crash, with or without the other beside it", async () => {
    await admin.query("CREATE SCHEMA crashed");
    await brake.set({ kind: "slice", table: "groves" });
    const { child, ended } = start(directory, "migrate", both("crashed"), environment);
    await brake.reached();
    child.kill("SIGKILL");
    await ended;
    await brake.lift();
    // Nothing of main.db is unfinished; what is broken off of memory.db is not in its way.
    const other = await migrate("main.db", "--config", "both.yaml", ...into("crashed"), "--resume", "--json");
    expect(documentOf(other)).toMatchObject({ status: "nothing-to-do", exitCode: 0 });
    const resumed = await migrate(...both("crashed"), "--resume", "--json");
    expect(severalOf(resumed), resumed.stderr).toMatchObject({ status: "done", exitCode: 0 });
    expect(severalOf(resumed).sources.map(({ status }) => status)).toEqual(["nothing-to-do", "done"]);
    expect(await rowsIn("crashed")).toEqual(BOTH);
    const { rows } = await admin.query("SELECT count(*)::int AS n FROM landbridge.runs WHERE schema_name = 'crashed'");
    expect(rows).toEqual([{ n: 2 }]);
  });

  it("is not replaced by a third one, whatever that says", async () => {
    await migrate(...both("third"));
    const before = await rowsIn("third");
    for (const more of [[], ["--replace"]]) {
      const refused = await migrate("third.db", ...into("third"), ...more);
      expect(refused.code).toBe(4);
      expect(refused.stderr).toContain("error TARGET_HOLDS_ANOTHER_SOURCE");
    }
    expect(await rowsIn("third")).toEqual(before);
  });

  it("is told where another file would take its names, before anything is touched, also by a dry run", async () => {
    await migrate("main.db", ...into("names"));
    const before = await everythingIn(admin);
    for (const more of [[], ["--dry-run"]]) {
      writeFileSync(join(directory, "bare.yaml"), "sources: { main.db: {}, memory.db: {} }\n");
      const refused = await migrate("memory.db", "--config", "bare.yaml", ...into("names"), ...more);
      expect(refused.code, refused.stderr).toBe(4);
      expect(refused.stderr).toContain("error SOURCES_COLLIDE");
      expect(refused.stderr).toContain("users: { target: memory_users }");
    }
    expect(await everythingIn(admin)).toEqual(before);
  });
});

describe("several files", () => {
  it.each([
    [["main.db", "sub/main.db"], "SOURCES_SAME_NAME"],
    [["main.db", "memory.db", "--plan", "p.json"], "FLAG_INVALID"],
    [["main.db", "memory.db", "--table", "users"], "FLAG_INVALID"],
    [["main.db", "--source", "memory.db"], "ARGUMENTS_UNEXPECTED"],
    [["third.db", "--config", "both.yaml"], "SOURCE_NOT_LISTED"],
  ])("%j: usage error %s", async (argv, code) => {
    const refused = await migrate(...argv);
    expect([refused.code, refused.stdout]).toEqual([2, ""]);
    expect(refused.stderr).toContain(`error ${code}`);
  });

  it("are all looked at before the first one is loaded: one that is missing ends it", async () => {
    const before = await everythingIn(admin);
    const ended = await migrate("main.db", "missing.db", ...into("early"), "--json");
    expect(severalOf(ended)).toMatchObject({ status: "refused", exitCode: 4, notBegun: ["main.db"] });
    expect(severalOf(ended).sources[0]?.errors[0]?.code).toBe("SOURCE_MISSING");
    expect(await everythingIn(admin)).toEqual(before);
  });

  it("may be followed by the target", async () => {
    const { code, stderr } = await migrate("main.db", "third.db", target.display, "--schema", "followed");
    expect(code, stderr).toBe(0);
    expect(await rowsIn("followed")).toEqual({ authors: 2, notes: 2, other: 0, users: 2 });
  });
});
