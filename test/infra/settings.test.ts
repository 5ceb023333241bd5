import { readFileSync } from "node:fs";
import { isSecret } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { KEYS } from "../../infra/settings/keys.ts";
import { parseSettings } from "../../infra/settings.ts";

const EXISTING = { target: "existing", source: "none", url: "postgresql://a:b@c/d" };
const AWS = {
  target: "aws",
  source: "app.sqlite",
  vpcId: "vpc-1",
  subnetIds: "subnet-1,subnet-2",
  sourceSecurityGroupIds: "sg-1",
};

describe("a stack without configuration", () => {
  it("is a database on Docker with the sample, reachable from this machine alone, its data protected", () => {
    expect(parseSettings({}, "dev")).toMatchObject({
      target: "docker",
      environment: "dev",
      source: { kind: "sample" },
      schema: { name: "public", by: "landbridge" },
      image: "pgvector/pgvector:pg18",
      container: "landbridge-dev",
      bindAddress: "127.0.0.1",
      port: 5432,
      locale: "en_US.UTF-8",
      protect: true,
      health: { interval: 10, timeout: 5, retries: 5 },
      verify: "full",
    });
  });

  it("cannot be changed afterwards", () => {
    expect(Object.isFrozen(parseSettings({}, "dev"))).toBe(true);
  });
});

describe("the source", () => {
  it.each(["prod", "production", "eu-prod", "staging"])("must be named in a stack called %s", (stack) => {
    expect(() => parseSettings({}, stack)).toThrow(/source: it is not set/);
  });

  it("must be named where the environment says so, whatever the stack is called", () => {
    expect(() => parseSettings({ environment: "prod" }, "blue")).toThrow(/source: it is not set/);
  });

  it("is nothing where the configuration says none", () => {
    expect(parseSettings({ source: "none" }, "prod").source).toEqual({ kind: "none" });
  });

  it("is the file that is named", () => {
    expect(parseSettings({ source: "./app.sqlite" }, "prod").source).toEqual({ kind: "file", path: "./app.sqlite" });
  });
});

describe("a mistake", () => {
  it.each([
    [{ prot: "5433" }, /key that does not exist: "prot"/],
    [{ port: "many" }, /port: "many" is not valid: a whole number from 1 to 65535/],
    [{ protect: "yes" }, /protect: "yes" is not valid: true or false/],
    [{ memory: "4" }, /memory: "4" is not valid: a size with its unit/],
    [{ phase: "both" }, /phase: "both" is not valid: one of load, serve/],
    [{ container: "x" }, /container: "x" is not valid: two characters or more/],
    [{ allowedCidrs: "everywhere" }, /allowedCidrs/],
    [{ password: "short" }, /password: it has fewer than 16 characters/],
    [{ schema: "command" }, /migrationImage: schema: command needs it/],
    [{ schema: "command", migrationImage: "app" }, /migrationCommand: schema: command needs it/],
    [{ migrationImage: "app" }, /schema: it is landbridge, but a migrationImage/],
    [{ replicas: "1" }, /replicas: it belongs to target aws, and this stack's target is docker/],
    [{ dockerHost: "ssh://build.example.org" }, /job: with a dockerHost elsewhere/],
    [{ target: "existing", source: "none" }, /url: target existing needs it/],
    [{ ...EXISTING, phase: "load" }, /phase: it belongs to target docker and aws, and this stack's target is existing/],
    [{ ...EXISTING, protect: "false" }, /protect: it belongs to target docker and aws/],
    [{ ...EXISTING, database: "shop" }, /database: it belongs to target docker and aws/],
    [{ ...EXISTING, user: "shop" }, /user: without adminUrl the stack makes no roles/],
    [{ ...EXISTING, password: "sixteen-characters!" }, /password: without adminUrl the stack makes no roles/],
    [{ ...AWS, vpcId: "net-1" }, /vpcId: "net-1" is not valid/],
    [{ ...AWS, subnetIds: "subnet-1" }, /subnetIds: RDS needs private subnets in two zones/],
    [{ ...AWS, sourceSecurityGroupIds: "sg-1", allowedCidrs: "0.0.0.0/0" }, /the whole internet is not a named source/],
    [{ ...AWS, storageGb: "100", maxStorageGb: "50" }, /maxStorageGb: 50 leaves nothing to grow/],
    [{ ...AWS, iops: "12000" }, /iops: gp3 takes iops .* from 400 GiB on/],
    [{ ...AWS, image: "postgres:17" }, /image: it belongs to target docker/],
    [{ ...AWS, job: "container" }, /job: it belongs to target docker and existing, and this stack's target is aws/],
  ])("in %o says which key it is", (raw, message) => {
    expect(() => parseSettings(raw as Record<string, string>, "dev")).toThrow(message);
  });

  it("is not what an administrator of an existing server is to make, nor what every target reads", () => {
    const roles = { user: "shop", password: "sixteen-characters!", adminUrl: "postgresql://root@c/postgres" };
    expect(parseSettings({ ...EXISTING, ...roles }, "prod").user).toBe("shop");
    expect(parseSettings({ ...AWS, phase: "load", database: "shop", protect: "false" }, "prod").phase).toBe("load");
  });

  it("gives an example to type", () => {
    expect(() => parseSettings({ port: "many" }, "dev")).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining("pulumi config set port 5433"), exitCode: 2 }),
    );
  });

  it("in a secret does not show the secret", () => {
    const shown: string[] = [];
    try {
      parseSettings({ password: "hunter2" }, "dev");
    } catch (error) {
      const { message, remedy } = error as { message: string; remedy: string };
      shown.push(message, remedy);
    }
    expect(shown.join()).toContain("password");
    expect(shown.join()).not.toContain("hunter2");
  });
});

describe("lists", () => {
  it.each(["subnet-1,subnet-2", '["subnet-1","subnet-2"]', "subnet-1, subnet-2"])("are read from %s", (subnetIds) => {
    expect(parseSettings({ ...AWS, subnetIds }, "prod")).toMatchObject({ subnetIds: ["subnet-1", "subnet-2"] });
  });
});

describe("secrets", () => {
  it("stay secret: a given password and the URL of a server that is there", async () => {
    const given = parseSettings({ password: "sixteen-characters!" }, "dev");
    const existing = parseSettings(EXISTING, "prod");
    expect(await isSecret(given.password!)).toBe(true);
    expect(existing.target === "existing" && (await isSecret(existing.url))).toBe(true);
  });
});

it("gives every key an example that the key itself takes", () => {
  const refused = Object.entries(KEYS).filter(
    ([, { type, example, secret }]) => secret !== true && !example.includes("…") && !type.safeParse(example).success,
  );
  expect(refused.map(([name]) => name)).toEqual([]);
});

it("has every key in docs/environments.md, as the program describes it", () => {
  const text = readFileSync(new URL("../../docs/environments.md", import.meta.url), "utf8");
  const missing = Object.entries(KEYS).filter(([name, { about }]) => !text.includes(`| \`${name}\` | ${about} |`));
  expect(missing.map(([name]) => name)).toEqual([]);
});
