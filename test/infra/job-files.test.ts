import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { provider as snapshots } from "../../infra/job/take-snapshot.ts";
import { provider as files } from "../../infra/write-file.ts";
import { keepSnapshot } from "../../src/kept-snapshot.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "landbridge-files-"));
  vi.spyOn(console, "log").mockImplementation(() => undefined);
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
  vi.restoreAllMocks();
});

describe("the snapshot that the stack takes", () => {
  const live = () => join(root, "app.sqlite");
  const withRows = (count: number): void => {
    const db = new Database(live());
    db.pragma("journal_mode = WAL");
    db.exec("CREATE TABLE IF NOT EXISTS t(id INTEGER PRIMARY KEY)");
    for (let i = 0; i < count; i++) db.exec("INSERT INTO t DEFAULT VALUES");
    db.close();
  };
  const take = (file: string, kind = "file") =>
    snapshots.create({ kind, file, fingerprint: "f1", directory: "snapshots" }, root);

  it("is a finished copy of the live file, known by its content and by the file's name", async () => {
    withRows(3);
    const { id, outs } = await take(live());
    expect(outs).toMatchObject({ kind: "file", fingerprint: "f1", sourceName: "app.sqlite", sha256: id });
    const path = String(outs["path"]);
    expect(path.startsWith(join(root, "snapshots"))).toBe(true);
    expect(outs["bytes"]).toBe(statSync(path).size);
    const copy = new Database(path, { readonly: true });
    expect(copy.pragma("journal_mode", { simple: true })).toBe("delete");
    expect(copy.prepare("SELECT count(*) FROM t").pluck().get()).toBe(3);
    copy.close();
  });

  it("is the same one while the file does not change, and another one after that", async () => {
    withRows(1);
    const first = await take(live());
    expect((await take(live())).outs).toEqual(first.outs);
    withRows(1);
    expect((await take(live())).id).not.toBe(first.id);
  });

  it("is the very file that was given, where that is a finished snapshot", async () => {
    withRows(2);
    const output = join(root, "elsewhere.sqlite");
    await keepSnapshot({
      sourcePath: live(),
      directory: root,
      output,
      timeoutSeconds: 60,
      emit: () => undefined,
      signal: new AbortController().signal,
    });
    expect((await take(output)).outs).toMatchObject({ path: output, sourceName: "app.sqlite" });
  });

  it("is taken of a snapshot that was changed afterwards, as of any file", async () => {
    withRows(2);
    const { outs } = await take(live());
    const kept = String(outs["path"]);
    const db = new Database(kept);
    db.exec("INSERT INTO t DEFAULT VALUES");
    db.close();
    expect((await take(kept)).outs).toMatchObject({ sourceName: basename(kept) });
  });

  it("is taken again, with the same content, where somebody has cleared it away", async () => {
    withRows(2);
    const { id, outs } = await take(live());
    expect(snapshots.isGone!(outs, root)).toBe(false);
    rmSync(String(outs["path"]));
    expect(snapshots.isGone!(outs, root)).toBe(true);
    const again = await take(live());
    expect([again.id, snapshots.isGone!(again.outs, root)]).toEqual([id, false]);
  });

  it("is the sample's where no source is named", async () => {
    expect((await take("", "sample")).outs).toMatchObject({ kind: "sample", sourceName: "sample.sqlite" });
  });
});

describe("a file that the stack writes", () => {
  const at = (path: string) => join(root, path);
  const mode = (path: string) => (statSync(at(path)).mode & 0o777).toString(8);

  it("is its owner's alone, also in place of one that was everybody's; the outputs do not hold its content", async () => {
    writeFileSync(at(".env.dev"), "old", { mode: 0o666 });
    const { outs } = await files.create({ path: ".env.dev", content: "PASSWORD=x\n", sha256: "h" }, root);
    expect(readFileSync(at(".env.dev"), "utf8")).toBe("PASSWORD=x\n");
    expect(mode(".env.dev")).toBe("600");
    expect(outs).toEqual({ path: ".env.dev", sha256: "h" });
  });

  it("is written again where somebody took it away", async () => {
    const { outs } = await files.create({ path: ".env.dev", content: "a", sha256: "1" }, root);
    expect(files.isGone!(outs, root)).toBe(false);
    rmSync(at(".env.dev"));
    expect(files.isGone!(outs, root)).toBe(true);
  });

  it("moves with its path, and goes with the stack, also when somebody took it away before", async () => {
    const { outs: first } = await files.create({ path: ".env.dev", content: "a", sha256: "1" }, root);
    const { outs } = await files.update!({ path: ".env.prod", content: "b", sha256: "2" }, root, first);
    expect(() => statSync(at(".env.dev"))).toThrow();
    expect(readFileSync(at(".env.prod"), "utf8")).toBe("b");
    await files.delete!(outs, root);
    await files.delete!(outs, root);
    expect(() => statSync(at(".env.prod"))).toThrow();
  });
});
