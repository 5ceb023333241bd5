/** `npm run snapshot`: one whole file that can be carried away, and no second copy of a file that has not changed. */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { appSource } from "../support/app-source.ts";
import { type Ended, run, workingDirectory } from "../support/cli.ts";
import { killedWhile, whileOpen } from "../support/sqlite.ts";

const directory = workingDirectory();
const snapshot = (...argv: readonly string[]) => run(directory, "snapshot", argv);

interface Document {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly fingerprint: string;
  readonly reused: boolean;
}

const documentOf = ({ code, stdout, stderr }: Ended): Document => {
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Document;
};

const sha256Of = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

const rowsIn = (path: string): unknown => {
  const db = new Database(path, { readonly: true });
  const count = db.prepare("SELECT count(*) FROM people").pluck().get();
  db.close();
  return count;
};

describe("a snapshot", () => {
  it("is one file with the hash and size that are printed, and holds what was committed into the log", async () => {
    const source = appSource(directory, "live.sqlite");
    killedWhile(source, `db.pragma("journal_mode = WAL"); db.exec("INSERT INTO people (born) VALUES ('2000-01-01')")`);
    const output = join(directory, "out", "live.snapshot.sqlite");
    const taken = documentOf(await snapshot(source, "-o", output, "--json"));
    expect(taken).toMatchObject({
      path: output,
      sha256: sha256Of(output),
      bytes: statSync(output).size,
      reused: false,
    });
    expect(rowsIn(output)).toBe(51);
    expect(readFileSync(output)[18]).toBe(1);
    expect(readdirSync(join(directory, "out"))).toEqual(["live.snapshot.sqlite", "live.snapshot.sqlite.json"]);
    const { stdout } = await snapshot(source, "-o", output);
    expect(stdout).toContain(taken.sha256);
    expect(stdout).toContain("has not changed since its snapshot");
  });

  it("is not taken again while the file is the same, and is after a commit beside a writer", async () => {
    const source = appSource(directory, "again.sqlite");
    const first = documentOf(await snapshot(source, "--json"));
    expect(documentOf(await snapshot(source, "--json"))).toEqual({ ...first, reused: true });
    await whileOpen(source, `db.pragma("journal_mode = WAL"); db.exec("INSERT INTO people (born) VALUES (NULL)")`);
    const second = documentOf(await snapshot(source, "--json"));
    expect(second.reused).toBe(false);
    expect(second.sha256).not.toBe(first.sha256);
    expect(rowsIn(second.path)).toBe(51);
    expect(documentOf(await snapshot(source, "--json"))).toEqual({ ...second, reused: true });
  });

  it("is taken again where the kept copy was damaged", async () => {
    const source = appSource(directory, "damaged.sqlite");
    const output = join(directory, "damaged.copy");
    const first = documentOf(await snapshot(source, "-o", output, "--json"));
    appendFileSync(output, "x");
    expect(documentOf(await snapshot(source, "-o", output, "--json"))).toEqual({
      ...first,
      takenAt: expect.any(String),
      reused: false,
    });
    expect(sha256Of(output)).toBe(first.sha256);
  });

  it("never replaces the source, nor a file that is somebody else's", async () => {
    const source = appSource(directory, "source.sqlite");
    const other = join(directory, "precious.txt");
    writeFileSync(other, "precious");
    for (const output of [source, other]) {
      const before = sha256Of(output);
      const refused = await snapshot(source, "-o", output);
      expect(refused.code).toBe(4);
      expect(refused.stderr).toContain("SNAPSHOT_EXISTS");
      expect(sha256Of(output)).toBe(before);
    }
  });

  it("is refused in words where it cannot be written", async () => {
    const source = appSource(directory, "nowhere.sqlite");
    const refused = await snapshot(source, "-o", join(source, "below-a-file.sqlite"));
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain("SNAPSHOT_UNWRITABLE");
    expect(existsSync(`${source}.json`)).toBe(false);
  });
});
