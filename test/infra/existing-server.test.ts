import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { administratorOf, serverAddress } from "../../infra/existing/server.ts";

describe("the URL of a server that is already there", () => {
  it.each([
    [
      "postgresql://ann:s%40cret@db.example.org/shop",
      { host: "db.example.org", port: 5432, database: "shop", user: "ann", password: "s@cret", sslmode: "prefer" },
    ],
    [
      "postgres://ann:word@[fd00::1]:6543/shop?sslmode=require",
      { host: "fd00::1", port: 6543, database: "shop", user: "ann", password: "word", sslmode: "require" },
    ],
    [
      "postgresql+asyncpg://ann:word@db/shop?ssl=true",
      { host: "db", port: 5432, database: "shop", user: "ann", password: "word", sslmode: "require" },
    ],
    [
      "postgresql://ann@/shop?host=/run/postgresql",
      { host: "/run/postgresql", port: 5432, database: "shop", user: "ann", password: "", sslmode: "prefer" },
    ],
    [
      "postgresql://ann:word@db/shop?sslrootcert=system",
      { host: "db", port: 5432, database: "shop", user: "ann", password: "word", sslmode: "verify-full" },
    ],
  ])("%s is read as every target's is", (url, expected) => {
    expect(serverAddress(url)).toEqual({ ...expected, rootCertificate: "" });
  });

  it("may name the authority's file, whose content travels with the job", () => {
    const directory = mkdtempSync(join(tmpdir(), "landbridge-existing-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, "root.crt");
    writeFileSync(file, "-----BEGIN CERTIFICATE-----\n");
    const url = `postgresql://ann:word@db/shop?sslmode=verify-full&sslrootcert=${encodeURIComponent(file)}`;
    expect(serverAddress(url)).toMatchObject({
      sslmode: "verify-full",
      rootCertificate: "-----BEGIN CERTIFICATE-----\n",
    });
  });

  it("that names a client's certificate is refused, for that does not travel", () => {
    const directory = mkdtempSync(join(tmpdir(), "landbridge-existing-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, "client.crt");
    writeFileSync(file, "");
    const url = `postgresql://ann@db/shop?sslmode=require&sslcert=${encodeURIComponent(file)}`;
    expect(() => serverAddress(url)).toThrow(/url: it names a client's certificate/);
  });

  it.each(["mysql://ann:hidden@db/shop", "postgresql://ann:hidden@db:port/shop", "postgresql://ann:hid%den@db/shop"])(
    "%s is refused without a word of its password",
    (url) => {
      expect(() => serverAddress(url)).toThrow();
      try {
        serverAddress(url);
      } catch (error) {
        expect(JSON.stringify(error) + String(error)).not.toMatch(/hid/);
      }
    },
  );
});

describe("the administrator's URL", () => {
  const server = serverAddress("postgresql://ann:word@db:5433/shop");

  it("may name another database and another user", () => {
    expect(administratorOf("postgresql://root:hidden@db:5433/postgres", server)).toMatchObject({ user: "root" });
  });

  it.each(["postgresql://root:hidden@db/postgres", "postgresql://root:hidden@other:5433/postgres"])(
    "%s names another server and is refused",
    (url) => {
      expect(() => administratorOf(url, server)).toThrow(/adminUrl: it names another server/);
    },
  );
});
