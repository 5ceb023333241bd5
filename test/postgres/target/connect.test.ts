import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { LandbridgeError } from "../../../src/errors.ts";
import { connect } from "../../../src/target/connect.ts";
import { freePort } from "../../../src/target/embedded/free-port.ts";
import type { Target } from "../../../src/target/model.ts";
import { otherDatabase } from "../../../src/target/other-database.ts";
import { isTransient } from "../../../src/target/retry.ts";
import { freshDatabase } from "../../support/database.ts";

const database = await freshDatabase();

const failure = async (target: Target): Promise<LandbridgeError> => {
  try {
    await (await connect(target, "test")).end();
  } catch (error) {
    if (error instanceof LandbridgeError) return error;
    throw error;
  }
  throw new Error("it connected");
};

describe("a session", () => {
  test("has the settings that values depend on, whatever the role and the database say", async () => {
    const { admin, name, target } = database;
    await admin.query(`ALTER DATABASE ${name} SET TimeZone = 'Asia/Tokyo'`);
    await admin.query(`ALTER DATABASE ${name} SET DateStyle = 'German'`);
    await admin.query(`ALTER DATABASE ${name} SET extra_float_digits = '-5'`);
    await admin.query(`ALTER DATABASE ${name} SET bytea_output = 'escape'`);
    await admin.query(`ALTER DATABASE ${name} SET statement_timeout = '5ms'`);
    const client = await connect(target, "verify");
    try {
      const { rows } = await client.query(
        `SELECT current_setting('TimeZone') AS zone, current_setting('DateStyle') AS dates, 0.1::float8 + 0.2::float8 AS sum,
                '\\x00ff'::bytea::text AS bytes, current_setting('statement_timeout') AS timeout,
                current_setting('application_name') AS name, current_setting('synchronous_commit') AS durable`,
      );
      expect(rows[0]).toMatchObject({
        zone: "UTC",
        dates: "ISO, YMD",
        bytes: "\\x00ff",
        timeout: "0",
        name: "landbridge verify",
      });
      expect(rows[0].sum).toBe(0.1 + 0.2);
    } finally {
      await client.end();
    }
  });

  test("waits for the disk at commit only where no ledger row shares the commit", async () => {
    const { admin, name, target } = database;
    await admin.query(`ALTER DATABASE ${name} SET synchronous_commit = 'on'`);
    for (const [purpose, expected] of [
      ["copy r1", "off"],
      ["finish", "on"],
    ] as const) {
      const client = await connect(target, purpose);
      const { rows } = await client.query("SHOW synchronous_commit");
      await client.end();
      expect(rows[0]).toEqual({ synchronous_commit: expected });
    }
  });

  test("that is cut off by the server fails its query and nothing else", async () => {
    const client = await connect(database.target, "victim");
    const { rows } = await client.query("SELECT pg_backend_pid() AS pid");
    const query = client.query("SELECT pg_sleep(60)");
    const failed = query.then(
      () => undefined,
      (error: unknown) => error,
    );
    await database.admin.query("SELECT pg_terminate_backend($1)", [rows[0].pid]);
    expect(isTransient(await failed)).toBe(true);
    await client.end().catch(() => undefined);
  });
});

describe("a connection that cannot be made", () => {
  test("says that the password is wrong, without showing it", async () => {
    const { target } = database;
    const error = await failure({ ...target, config: { ...target.config, password: "hunter2-wrong" } });
    expect(error.code).toBe("TARGET_AUTHENTICATION");
    expect(error.message + error.remedy).not.toContain("hunter2-wrong");
    expect(isTransient(error)).toBe(false);
  });

  test("says that no password was given, and does not look for one in the process's environment", async () => {
    const { password, ...config } = database.target.config;
    process.env["PGPASSWORD"] = typeof password === "string" ? password : "";
    try {
      const error = await failure({ ...database.target, config });
      expect(error.code).toBe("TARGET_AUTHENTICATION");
    } finally {
      delete process.env["PGPASSWORD"];
    }
  });

  test("says that nobody listens", async () => {
    const port = await freePort();
    const error = await failure({ ...database.target, config: { ...database.target.config, port } });
    expect(error.code).toBe("TARGET_UNREACHABLE");
    expect(error.message).toContain("ECONNREFUSED");
    expect(isTransient(error)).toBe(true);
  });

  test("gives up on a server that accepts and says nothing", async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const config = { ...database.target.config, port, connectionTimeoutMillis: 300 };
    const error = await failure({ ...database.target, config });
    silent.close();
    expect(error.code).toBe("TARGET_UNREACHABLE");
  });

  test("says that the database does not exist", async () => {
    const error = await failure(otherDatabase(database.target, "no such database"));
    expect(error.code).toBe("TARGET_DATABASE_MISSING");
    expect(error.message).toContain("no%20such%20database");
  });

  test("says that the server has no connection left, and that it may pass", async () => {
    const { target } = await database.role("CONNECTION LIMIT 1");
    const first = await connect(target, "first");
    const error = await failure(target);
    await first.end();
    expect(error.code).toBe("TARGET_TOO_MANY_CONNECTIONS");
    expect(isTransient(error)).toBe(true);
  });

  test("with sslmode=require says that the server has no TLS", async () => {
    const { target } = database;
    const strict: Target = {
      ...target,
      sslmode: "require",
      config: { ...target.config, ssl: { rejectUnauthorized: false } },
    };
    expect((await failure(strict)).code).toBe("TARGET_TLS");
  });

  test("with sslmode=prefer goes on without TLS", async () => {
    const { target } = database;
    const preferring: Target = {
      ...target,
      sslmode: "prefer",
      config: { ...target.config, ssl: { rejectUnauthorized: false } },
    };
    await (await connect(preferring, "test")).end();
  });
});
