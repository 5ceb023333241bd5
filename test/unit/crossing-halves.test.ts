import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exportCrossing, importCrossing } from "../../src/crossing-halves.ts";
import { parseSettings, type Settings } from "../../src/settings.ts";
import { sqliteFile, temporaryDirectory } from "../support/sqlite.ts";

const context = { emit: () => undefined, signal: new AbortController().signal };

const settingsFor = (source: string, cwd: string): Settings =>
  parseSettings({ source, cwd, environment: {}, cores: 1, target: "postgresql://nobody@127.0.0.1:1/none" });

/** An export of a small file. */
const exported = async (): Promise<{ cwd: string; directory: string }> => {
  const cwd = temporaryDirectory();
  const source = sqliteFile("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1);", { directory: cwd });
  const directory = join(cwd, "crossing");
  await exportCrossing(settingsFor(source, cwd), directory, context);
  return { cwd, directory };
};

test.each([
  ["half a manifest", (directory: string) => truncateSync(join(directory, "manifest.json"), 20)],
  ["a manifest of something else", (directory: string) => writeFileSync(join(directory, "manifest.json"), "[1]")],
  ["no snapshot", (directory: string) => rmSync(join(directory, "snapshot.sqlite"))],
  ["a cut snapshot", (directory: string) => truncateSync(join(directory, "snapshot.sqlite"), 4096)],
  ["no plan", (directory: string) => rmSync(join(directory, "plan.json"))],
])("a directory with %s is refused as damaged", async (_what, damage) => {
  const { cwd, directory } = await exported();
  damage(directory);
  const report = await importCrossing(settingsFor(directory, cwd), directory, context);
  expect(report).toMatchObject({ status: "refused", exitCode: 4, errors: [{ code: "EXPORT_DAMAGED" }] });
});

test("an export names its source by the file alone, never by a path of this machine", async () => {
  const { cwd, directory } = await exported();
  const manifest = readFileSync(join(directory, "manifest.json"), "utf8");
  expect(JSON.parse(manifest)).toMatchObject({ sourceName: "app.db" });
  expect(manifest).not.toContain(cwd);
});
