/** After init the owner copies, again and again, and the application and the analyst never lose their way to the rows. */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "pg";
import { afterAll, describe, expect, inject, it } from "vitest";
import { migrate } from "../../src/migrate.ts";
import { parseSettings } from "../../src/settings.ts";
import { appSource } from "../support/app-source.ts";
import { type AdministratorKind, type Prepared, toPrepare } from "../support/init.ts";

const directory = await mkdtemp(join(tmpdir(), "landbridge-access-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const server = inject("adminTarget");

const copy = async (prepared: Prepared, schema: string, source: string) => {
  const settings = parseSettings({ source, schema, replace: true, cwd: directory, environment: {}, cores: 1 });
  const notes: string[] = [];
  const report = await migrate(
    { ...settings, target: prepared.targetOf("owner") },
    {
      emit: (event) => void (event.kind === "note" && notes.push(event.message)),
      signal: new AbortController().signal,
    },
  );
  expect(report.errors).toEqual([]);
  expect(report.exitCode).toBe(0);
  return notes;
};

const first = appSource(directory, "first.sqlite", 1);
const second = appSource(directory, "second.sqlite", 2);
const note = async (client: Client): Promise<unknown> => (await client.query("SELECT note FROM big WHERE id = 3")).rows;

describe.each<readonly [AdministratorKind, string]>([
  ["managed", "shop"],
  ["managed", "public"],
  ["superuser", "public"],
])("prepared by a %s administrator for schema %s", (kind, schema) => {
  it("rows that the owner copies, and copies anew, are open to application and analyst", async () => {
    const prepared = await toPrepare({ server, kind, schema });
    expect((await prepared.init()).findings).toEqual([]);
    // Nothing of init is tried again by a role that may not do it.
    expect((await copy(prepared, schema, first)).filter((said) => said.includes(".sql"))).toEqual([]);
    const [application, analyst] = [await prepared.as("application"), await prepared.as("analyst")];
    expect(await note(application)).toEqual([{ note: "row 1 of 1" }]);
    await application.query(
      "BEGIN; INSERT INTO people (\"Mail\") VALUES ('new@example.org'); DELETE FROM bag; ROLLBACK",
    );
    await copy(prepared, schema, second);
    for (const client of [application, analyst]) {
      expect(await note(client)).toEqual([{ note: "row 1 of 2" }]);
      expect((await client.query("SELECT count(*)::int AS n FROM mails")).rows).toEqual([{ n: 50 }]);
    }
    await expect(analyst.query("DELETE FROM people")).rejects.toMatchObject({ code: "42501" });
    await application.query(
      "UPDATE people SET born = NULL WHERE id = 1; INSERT INTO people (\"Mail\") VALUES ('new@example.org')",
    );
    // And init again, which the rows are none of the business of.
    expect(await prepared.init()).toMatchObject({ applied: [], findings: [] });
    expect((await application.query("SELECT count(*)::int AS n FROM people")).rows).toEqual([{ n: 51 }]);
  });
});

it("tables that the application's own migration makes as the owner are open as well", async () => {
  const prepared = await toPrepare({ server, kind: "managed", schema: "app" });
  await prepared.init();
  const owner = await prepared.as("owner");
  await owner.query(
    "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY); INSERT INTO alembic_version VALUES ('1')",
  );
  const application = await prepared.as("application");
  expect((await application.query("UPDATE app.alembic_version SET version_num = '2' RETURNING 1")).rowCount).toBe(1);
});

it("an application that has written is not led to another schema, where it would miss its own rows", async () => {
  const prepared = await toPrepare({ server, kind: "managed", schema: "shop" });
  await prepared.init();
  await copy(prepared, "shop", first);
  expect(await prepared.init({ schema: "empty" })).toMatchObject({ findings: [] });
  await prepared.init();
  const application = await prepared.as("application");
  await application.query("INSERT INTO people (\"Mail\") VALUES ('new@example.org')");
  await expect(prepared.init({ schema: "elsewhere" })).rejects.toMatchObject({
    code: "INIT_SCHEMA_SERVES",
    exitCode: 4,
    message: expect.stringMatching(/schema "shop".*1 written by others/),
  });
  const again = await prepared.as("application");
  expect((await again.query("SELECT count(*)::int AS n FROM people")).rows).toEqual([{ n: 51 }]);
});
