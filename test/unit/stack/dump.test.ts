import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { localDumper } from "../../../scripts/stack/dump.ts";
import { parseTarget } from "../../../src/target/url.ts";
import { temporaryDirectory } from "../../support/sqlite.ts";

/** A pg_dump whose dump is what it was told: its arguments and its environment. */
const dumped = async (url: string) => {
  const directory = temporaryDirectory();
  const told = 'echo "arguments $*"; env';
  for (const [name, body] of Object.entries({ pg_dump: told, pg_restore: "true" })) {
    const version = `case "$1" in --version) echo "${name} (PostgreSQL) 99.1"; exit;; esac`;
    writeFileSync(join(directory, name), `#!/bin/sh\n${version}\n${body}\n`);
    chmodSync(join(directory, name), 0o755);
  }
  const dumper = await localDumper(18, { PATH: `${directory}:${process.env["PATH"]}` });
  if (!("dump" in dumper)) throw new Error(dumper.unavailable);
  const file = join(directory, "app.dump");
  await dumper.dump(parseTarget(url), file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  return readFileSync(file, "utf8").split("\n");
};

it("hands the password over in the environment and never as an argument", async () => {
  const lines = await dumped("postgresql://ann:hidden-word@db.example.org:5433/app");
  expect(lines).toEqual(expect.arrayContaining(["PGHOST=db.example.org", "PGPORT=5433", "PGPASSWORD=hidden-word"]));
  expect(lines.filter((line) => line.startsWith("arguments")).join()).not.toContain("hidden-word");
});

it("goes through a tunnel by its address, and asks the certificate for the server's own name", async () => {
  const root = join(import.meta.dirname, "dump.test.ts");
  const lines = await dumped(
    `postgresql://ann@db.example.org:6000/app?hostaddr=127.0.0.1&sslmode=require&sslrootcert=${encodeURIComponent(root)}`,
  );
  expect(lines).toEqual(
    expect.arrayContaining(["PGHOST=db.example.org", "PGHOSTADDR=127.0.0.1", `PGSSLROOTCERT=${root}`]),
  );
});
