import { isSecret, type Output } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { ROLES } from "../../infra/endpoint.ts";
import { ExistingPostgres, type ExistingPostgresArgs } from "../../infra/existing/existing-postgres.ts";
import { initStep } from "../../infra/job/steps.ts";
import { parseSettings } from "../../infra/settings.ts";
import { runProgram } from "../support/pulumi-program.ts";

const URL = "postgresql://shop_owner:of-the-owner@db.example.org:6543/shop?sslmode=require";
const ADMIN_URL = "postgresql://root:of-the-administrator@db.example.org:6543/postgres";

const settingsOf = (config: Record<string, string>) =>
  parseSettings(
    { target: "existing", source: "none", url: URL, ...config },
    "prod",
  ) as ExistingPostgresArgs["settings"];

const up = (config: Record<string, string> = {}, preview = false) =>
  runProgram(
    {
      preview,
      state: ({ type, name }) => (type.startsWith("random:") ? { result: `generated-for-${name}` } : {}),
    },
    () => new ExistingPostgres("database", { settings: settingsOf(config) }),
  );
const known = <T>(value: Output<T>): Promise<T> => new Promise((resolve) => void value.apply(resolve));

describe.each([false, true])("a server that is already there (preview: %s)", (preview) => {
  it("is known at once, and nothing of it is secret but passwords", async () => {
    const { result } = await up({ adminUrl: ADMIN_URL }, preview);
    for (const [value, expected] of [
      [result.host, "db.example.org"],
      [result.port, 6543],
      [result.database, "shop"],
      [result.sslmode, "require"],
      [result.rootCertificate, ""],
    ] as const) {
      expect(await known<string | number>(value as Output<string | number>)).toBe(expected);
      expect(await isSecret(value as Output<unknown>)).toBe(false);
    }
    for (const role of ROLES) {
      expect(await isSecret(result.credentials[role].user)).toBe(false);
      expect(await isSecret(result.credentials[role].password!)).toBe(true);
    }
  });

  it("has nothing made of it", async () => {
    const { resources } = await up({}, preview);
    expect(resources.map(({ type }) => type)).toEqual(["landbridge:existing:ExistingPostgres"]);
  });

  it("has no password in what is registered", async () => {
    const { resources } = await up({ adminUrl: ADMIN_URL }, preview);
    expect(JSON.stringify(resources)).not.toMatch(/of-the-owner|of-the-administrator/);
  });
});

describe("the roles", () => {
  const logins = async (config: Record<string, string>) => {
    const { result } = await up(config);
    return Object.fromEntries(
      await Promise.all(
        ROLES.map(async (role) => {
          const { user, password } = result.credentials[role];
          return [role, `${await known(user)} ${await known(password!)}`] as const;
        }),
      ),
    );
  };

  it("are all the one that the URL names, where nobody may make others", async () => {
    const everybody = "shop_owner of-the-owner";
    expect(await logins({})).toEqual(Object.fromEntries(ROLES.map((role) => [role, everybody])));
  });

  it("are made by the administrator, with generated passwords; the owner is whom the URL names", async () => {
    expect(await logins({ adminUrl: ADMIN_URL, user: "shop" })).toEqual({
      administrator: "root of-the-administrator",
      owner: "shop_owner of-the-owner",
      application: "shop generated-for-database-application-password",
      analyst: "shop_analyst generated-for-database-analyst-password",
      monitor: "shop_monitor generated-for-database-monitor-password",
    });
  });

  it("give the application the password that the configuration says", async () => {
    expect(await logins({ adminUrl: ADMIN_URL, user: "shop", password: "sixteen letters or more" })).toMatchObject({
      application: "shop sixteen letters or more",
    });
  });

  it("leave the owner's password alone where application and owner are one", async () => {
    expect(await logins({ adminUrl: ADMIN_URL, user: "shop_owner" })).toMatchObject({
      owner: "shop_owner of-the-owner",
      application: "shop_owner of-the-owner",
    });
  });
});

describe("the preparation", () => {
  const passwordsSet = async (config: Record<string, string>) => {
    const { result } = await up(config);
    const { secrets } = initStep({ endpoint: result, settings: settingsOf(config), inside: false }, [], "");
    return Object.keys(secrets);
  };

  it("sets no password where the one login is everybody", async () => {
    expect(await passwordsSet({})).toEqual(["PGPASSWORD"]);
  });

  it("sets those of the roles that it makes", async () => {
    expect(await passwordsSet({ adminUrl: ADMIN_URL })).toEqual([
      "PGPASSWORD",
      "LANDBRIDGE_OWNER_PASSWORD",
      "LANDBRIDGE_APPLICATION_PASSWORD",
      "LANDBRIDGE_ANALYST_PASSWORD",
      "LANDBRIDGE_MONITOR_PASSWORD",
    ]);
  });
});
