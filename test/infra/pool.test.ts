/** The application's pools against what the server has. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RESERVED_CONNECTIONS } from "../../infra/pool/budget.ts";
import { clientNotes, followsPreparedStatements, pgBouncerSettings } from "../../infra/pool/pgbouncer.ts";
import { POOL_PRESETS } from "../../infra/pool/presets.ts";
import { type PoolRequest, poolSettings } from "../../infra/pool.ts";
import { LandbridgeError } from "../../src/errors.ts";

const request = (changes: Partial<PoolRequest> = {}): PoolRequest => ({
  cores: 4,
  instances: 1,
  preset: null,
  maxConnections: 100,
  reserved: RESERVED_CONNECTIONS.postgres,
  applicationName: "app",
  ...changes,
});

const refused = (action: () => unknown): LandbridgeError => {
  try {
    action();
  } catch (error) {
    if (error instanceof LandbridgeError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
};

it("without a preset it is cores × 2 + 1 connections and twice as many in a rush, with the usual other settings", () => {
  expect(poolSettings(request())).toEqual({
    size: 9,
    overflow: 18,
    timeoutSeconds: 30,
    prePing: true,
    recycleSeconds: 3600,
    connectTimeoutSeconds: 10,
    statementTimeoutMilliseconds: 30_000,
    applicationName: "app",
    connections: 27,
  });
});

it.each([
  ["20/40", 20, 40],
  ["10/20", 10, 20],
  ["20/10", 20, 10],
  ["30/60", 30, 60],
] as const)(
  "preset %s is a pool of %d with %d in a rush, and fits a plain server and RDS",
  (preset, size, overflow) => {
    for (const reserved of Object.values(RESERVED_CONNECTIONS))
      expect(poolSettings(request({ preset, reserved }))).toMatchObject({
        size,
        overflow,
        connections: size + overflow,
      });
  },
);

it("the overflow of a pool by cores shrinks until all instances fit, then the pool itself", () => {
  const sizes = (cores: number, instances: number) => {
    const { size, overflow, connections } = poolSettings(request({ cores, instances }));
    return [size, overflow, connections];
  };
  expect(sizes(8, 2)).toEqual([17, 29, 92]);
  expect(sizes(16, 2)).toEqual([33, 13, 92]);
  expect(sizes(16, 4)).toEqual([23, 0, 92]);
  expect(sizes(2, 92)).toEqual([1, 0, 92]);
});

describe("what does not fit is refused", () => {
  it("a preset: with the sum, what is left, and every way out", () => {
    const error = refused(() => poolSettings(request({ preset: "20/40", instances: 2 })));
    expect(error).toMatchObject({ code: "STACK_CONFIG", exitCode: 2 });
    expect(error.message).toBe(
      "The stack's configuration, pool: 20/40 needs 120 connections; of maxConnections 100, 92 are left for 2 instances " +
        "(3 are reserved, 5 are for monitoring, migrations and administration). Fitting: pool 10/20 or 20/10, no pool key " +
        "(it then fits by itself), maxConnections 128, pgbouncer true.",
    );
    expect(error.remedy).toContain("pulumi config set pool 10/20");
  });

  it("and the proposed maxConnections is the least that fits", () => {
    expect(poolSettings(request({ preset: "20/40", instances: 2, maxConnections: 128 })).connections).toBe(120);
    expect(refused(() => poolSettings(request({ preset: "20/40", instances: 2, maxConnections: 127 }))).code).toBe(
      "STACK_CONFIG",
    );
  });

  it("more instances than connections", () => {
    const error = refused(() => poolSettings(request({ instances: 93 })));
    expect(error.message).toContain("instances: of maxConnections 100, 92 are left for 93 instances");
    expect(error.remedy).toContain("pulumi config set instances 2");
  });

  it("behind PgBouncer only more clients than it takes", () => {
    expect(poolSettings(request({ preset: "20/40", instances: 16, pooled: true })).connections).toBe(960);
    const error = refused(() => poolSettings(request({ preset: "20/40", instances: 17, pooled: true })));
    expect(error.message).toContain("PgBouncer takes 1000 clients, and there are 17 instances");
    expect(error.message).not.toContain("pgbouncer true");
  });
});

it("a pool that is given out always fits and always has a connection", () => {
  const requests = fc.record({
    cores: fc.integer({ min: 1, max: 256 }),
    instances: fc.integer({ min: 1, max: 200 }),
    preset: fc.constantFrom(null, ...POOL_PRESETS),
    maxConnections: fc.integer({ min: 10, max: 10_000 }),
    reserved: fc.constantFrom(...Object.values(RESERVED_CONNECTIONS)),
    applicationName: fc.constant("app"),
    pooled: fc.boolean(),
  });
  fc.assert(
    fc.property(requests, (asked) => {
      let given: ReturnType<typeof poolSettings>;
      try {
        given = poolSettings(asked);
      } catch (error) {
        expect(error).toBeInstanceOf(LandbridgeError);
        return;
      }
      expect(given.size).toBeGreaterThanOrEqual(1);
      expect(given.overflow).toBeGreaterThanOrEqual(0);
      expect(given.connections).toBe(asked.instances * (given.size + given.overflow));
      if (!asked.pooled) expect(given.connections + asked.reserved + 5).toBeLessThanOrEqual(asked.maxConnections);
      else expect(given.connections).toBeLessThanOrEqual(1000);
    }),
  );
});

it("a name longer than PostgreSQL keeps is cut between characters", () => {
  const { applicationName } = poolSettings(request({ applicationName: `${"a".repeat(62)}é` }));
  expect(applicationName).toBe("a".repeat(62));
  expect(poolSettings(request({ applicationName: "é".repeat(31) })).applicationName).toBe("é".repeat(31));
});

describe("PgBouncer", () => {
  it("shares out what the server has left: four fifths as the pool, the last as its reserve", () => {
    expect(pgBouncerSettings(request(), "1.24.1")).toEqual({
      pool_mode: "transaction",
      max_client_conn: 1000,
      default_pool_size: 73,
      reserve_pool_size: 19,
      reserve_pool_timeout: 5,
      max_db_connections: 92,
      query_wait_timeout: 30,
      server_idle_timeout: 600,
      ignore_startup_parameters: "extra_float_digits,search_path,statement_timeout,options",
      max_prepared_statements: 200,
    });
  });

  it("before 1.21 does not know max_prepared_statements and would not start with it", () => {
    expect(pgBouncerSettings(request(), "1.18.0")).not.toHaveProperty("max_prepared_statements");
    expect(["1.9", "1.20.1", "1.21.0", "1.25", "2.0"].map(followsPreparedStatements)).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  it("never takes more connections than the server has left", () => {
    fc.assert(
      fc.property(fc.integer({ min: 9, max: 10_000 }), (maxConnections) => {
        const { default_pool_size, reserve_pool_size, max_db_connections } = pgBouncerSettings(
          request({ maxConnections }),
          "1.24",
        );
        expect(default_pool_size + reserve_pool_size).toBe(max_db_connections);
        expect(default_pool_size).toBeGreaterThanOrEqual(1);
        expect(max_db_connections).toBe(maxConnections - 3 - 5);
      }),
    );
    expect(refused(() => pgBouncerSettings(request({ maxConnections: 8 }), "1.24")).code).toBe("STACK_CONFIG");
  });

  it("says to each client what it has to know, by whether prepared statements are followed", () => {
    expect(clientNotes(false).join("\n")).toContain("statement_cache_size=0");
    expect(clientNotes(false).join("\n")).toContain("prepare_threshold=None");
    expect(clientNotes(true).join("\n")).toContain("need nothing more");
  });
});

it("tells the application the statement timeout that its role has in the database", () => {
  const sql = readFileSync(new URL("../../init-sql/050-settings.sql", import.meta.url), "utf8");
  const given = [...sql.matchAll(/SET statement_timeout TO (\d+)/g)].map(([, milliseconds]) => Number(milliseconds));
  expect(given).toEqual([poolSettings(request()).statementTimeoutMilliseconds]);
});
