import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { cliEnvironment, findBackend, findCli } from "../../../scripts/stack/find.ts";
import { temporaryDirectory } from "../../support/sqlite.ts";

const programIn = (directory: string, mode = 0o755): string => {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, "pulumi");
  writeFileSync(path, "#!/bin/sh\n");
  chmodSync(path, mode);
  return path;
};

describe("the Pulumi CLI", () => {
  it("is the first on PATH that is nobody's dependency and may be run", async () => {
    const root = temporaryDirectory();
    programIn(join(root, "project/node_modules/.bin"));
    programIn(join(root, "not-executable"), 0o644);
    mkdirSync(join(root, "a-directory/pulumi"), { recursive: true });
    const own = programIn(join(root, "own"));
    programIn(join(root, "later"));
    const PATH = ["project/node_modules/.bin", "not-executable", "a-directory", "missing", "own", "later"]
      .map((directory) => join(root, directory))
      .join(delimiter);
    expect(await findCli({ PATH })).toBe(own);
  });

  it("runs with this Node in front, whatever the machine has, and its own language host after it", () => {
    const backend = { variables: { PULUMI_BACKEND_URL: "file:///x" }, display: "" };
    const { PATH, PULUMI_BACKEND_URL, HOME } = cliEnvironment(
      { PATH: "/usr/bin", HOME: "/h" },
      backend,
      "/opt/p/pulumi",
    );
    expect(PATH).toBe([dirname(process.execPath), "/opt/p", "/usr/bin"].join(delimiter));
    expect([PULUMI_BACKEND_URL, HOME]).toEqual(["file:///x", "/h"]);
  });
});

describe("the backend", () => {
  const pulumiHome = (credentials: string | null): string => {
    const directory = temporaryDirectory();
    if (credentials !== null) writeFileSync(join(directory, "credentials.json"), credentials);
    return directory;
  };

  it.each<[string, Record<string, string>, string | null, string]>([
    ["the environment's", { PULUMI_BACKEND_URL: "s3://state?region=x" }, null, "s3://state"],
    [
      "the environment's before a login",
      { PULUMI_BACKEND_URL: "file:///e" },
      '{"current":"https://api.pulumi.com"}',
      "file:///e",
    ],
    [
      "one with a password in its address",
      { PULUMI_BACKEND_URL: "postgres://me:secret@db/state" },
      null,
      "postgres://db/state",
    ],
    ["a login", {}, '{"current":"https://api.pulumi.com"}', "https://api.pulumi.com"],
    ["a token", { PULUMI_ACCESS_TOKEN: "pul-1234" }, null, "Pulumi Cloud, by its token"],
  ])("is %s, untouched", (_, environment, credentials, display) => {
    const home = temporaryDirectory();
    const found = findBackend({ ...environment, PULUMI_HOME: pulumiHome(credentials) }, home);
    expect(found).toEqual({ variables: {}, display });
  });

  it.each([null, "{}", "no JSON", '{"current":""}'])(
    "is this project's own where nobody is logged in (%s)",
    (credentials) => {
      const home = temporaryDirectory();
      const { variables, display } = findBackend({ PULUMI_HOME: pulumiHome(credentials) }, home);
      const file = join(home, "passphrase");
      expect(variables).toEqual({
        PULUMI_BACKEND_URL: pathToFileURL(join(home, "state")).href,
        PULUMI_CONFIG_PASSPHRASE_FILE: file,
      });
      expect(display).toBe(variables["PULUMI_BACKEND_URL"]);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(statSync(join(home, "state")).mode & 0o777).toBe(0o700);
      expect(readFileSync(file, "utf8").length).toBeGreaterThanOrEqual(40);
    },
  );

  it("keeps its passphrase: another one would not open the state", () => {
    const home = temporaryDirectory();
    const environment = { PULUMI_HOME: pulumiHome(null) };
    findBackend(environment, home);
    const first = readFileSync(join(home, "passphrase"), "utf8");
    findBackend(environment, home);
    expect(readFileSync(join(home, "passphrase"), "utf8")).toBe(first);
  });

  it.each([{ PULUMI_CONFIG_PASSPHRASE: "" }, { PULUMI_CONFIG_PASSPHRASE_FILE: "/run/secrets/pulumi" }])(
    "takes a passphrase that is given (%j)",
    (given) => {
      const { variables } = findBackend({ ...given, PULUMI_HOME: pulumiHome(null) }, temporaryDirectory());
      expect(Object.keys(variables)).toEqual(["PULUMI_BACKEND_URL"]);
    },
  );

  it("is this project's own with its passphrase also where the environment names it", () => {
    const home = temporaryDirectory();
    const PULUMI_BACKEND_URL = pathToFileURL(join(home, "state")).href;
    expect(findBackend({ PULUMI_BACKEND_URL }, home).variables).toHaveProperty("PULUMI_CONFIG_PASSPHRASE_FILE");
  });
});
