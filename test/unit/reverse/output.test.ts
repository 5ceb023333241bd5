/** The new file's place: what somebody makes there while the run goes on is not written over. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { claimOutput, createFile, placeFile } from "../../../src/reverse/file/output.ts";
import { temporaryDirectory } from "../../support/sqlite.ts";

it("is looked at again before the file is put there", async () => {
  const path = join(temporaryDirectory(), "app.sqlite");
  const output = await claimOutput(path, false);
  (await createFile(output, "UTF-8", undefined)).close();
  writeFileSync(path, "the application's own");
  await expect(placeFile(output)).rejects.toMatchObject({ code: "OUTPUT_EXISTS", exitCode: 4 });
  expect(readFileSync(path, "utf8")).toBe("the application's own");
  writeFileSync(`${path}-wal`, "frames");
  await expect(placeFile({ ...output, force: true })).rejects.toMatchObject({ code: "OUTPUT_IN_USE" });
});

it("takes the file where it is still free, or where it may be replaced", async () => {
  const path = join(temporaryDirectory(), "app.sqlite");
  for (const force of [false, true]) {
    const output = await claimOutput(path, force);
    (await createFile(output, "UTF-8", undefined)).close();
    await placeFile(output);
    expect([existsSync(path), existsSync(output.partial)]).toEqual([true, false]);
  }
});
