/** From machines to parameters: the table, and what must hold for every machine. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { maintenanceBytes } from "../../infra/tuning/memory.ts";
import { type Machine, type Parameter, UNIT_BYTES } from "../../infra/tuning/model.ts";
import { tune } from "../../infra/tuning.ts";
import { LandbridgeError } from "../../src/errors.ts";

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const machine = (changes: Partial<Machine> = {}): Machine => ({
  memoryBytes: 8 * GIB,
  cores: 2,
  storage: "ssd",
  majorVersion: 18,
  ...changes,
});

const valueIn = (parameters: readonly Parameter[], name: string): Parameter["value"] | undefined =>
  parameters.find((parameter) => parameter.name === name)?.value;

const bytesOf = (parameters: readonly Parameter[], name: string): number => {
  const found = parameters.find((parameter) => parameter.name === name);
  if (found?.unit === "MB" || found?.unit === "kB" || found?.unit === "8kB")
    return Number(found.value) * UNIT_BYTES[found.unit];
  throw new Error(`${name} is not a size`);
};

const SIZES = ["shared_buffers", "effective_cache_size", "work_mem", "maintenance_work_mem"] as const;

// memory; shared_buffers, effective_cache_size, work_mem, maintenance_work_mem; maintenance_work_mem and max_wal_size while loading; all in MB
it.each([
  [0.5, 128, 384, 2, 32, 32, 4096],
  [1, 256, 768, 4, 64, 64, 4096],
  [2, 512, 1536, 9, 128, 128, 4096],
  [4, 1024, 3072, 16, 256, 256, 4096],
  [8, 2048, 6144, 16, 512, 512, 8192],
  [16, 4096, 12_288, 16, 512, 1024, 16_384],
  [32, 8192, 24_576, 16, 512, 2048, 16_384],
  [64, 16_384, 49_152, 16, 512, 2048, 16_384],
  [128, 32_768, 98_304, 16, 512, 2048, 16_384],
  [256, 65_536, 196_608, 16, 512, 2048, 16_384],
  [512, 131_072, 393_216, 16, 512, 2048, 16_384],
])(
  "a machine of %d GB has shared_buffers %d MB, effective_cache_size %d MB, work_mem %d MB, maintenance_work_mem %d MB",
  (gigabytes, ...expected) => {
    const asked = machine({ memoryBytes: gigabytes * GIB });
    const serve = tune(asked, "serve");
    const load = tune(asked, "load");
    const sizes = SIZES.map((name) => bytesOf(serve, name) / MIB);
    const loading = ["maintenance_work_mem", "max_wal_size"].map((name) => bytesOf(load, name) / MIB);
    expect([...sizes, ...loading]).toEqual(expected);
  },
);

it("what does not follow from the machine is as the rules say", () => {
  const parameters = tune(machine(), "serve");
  const shown = Object.fromEntries(
    parameters.map(({ name, value, unit }) => [name, unit ? `${value} ${unit}` : value]),
  );
  expect(shown).toMatchObject({
    max_connections: 100,
    superuser_reserved_connections: 3,
    shared_preload_libraries: "pg_stat_statements",
    password_encryption: "scram-sha-256",
    TimeZone: "UTC",
    wal_buffers: "2048 8kB",
    min_wal_size: "1024 MB",
    max_wal_size: "2048 MB",
    checkpoint_timeout: "300 s",
    checkpoint_completion_target: 0.9,
    random_page_cost: 1.1,
    effective_io_concurrency: 200,
    autovacuum: true,
    autovacuum_max_workers: 3,
    autovacuum_naptime: "60 s",
    log_min_duration_statement: "1000 ms",
    log_lock_waits: true,
    log_checkpoints: true,
    log_disconnections: true,
    log_line_prefix: "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
  });
});

it("a disk that turns makes random pages dear and asks for few ahead; a volume behind a network counts as an SSD", () => {
  const costs = (storage: Machine["storage"]) =>
    ["random_page_cost", "effective_io_concurrency"].map((name) => valueIn(tune(machine({ storage }), "serve"), name));
  expect([costs("ssd"), costs("network"), costs("hdd")]).toEqual([
    [1.1, 200],
    [1.1, 200],
    [4, 2],
  ]);
});

it.each([
  [1, 1, 0],
  [2, 2, 1],
  [4, 4, 2],
  [8, 8, 4],
  [64, 64, 4],
])("%d cores have %d parallel workers, %d of them for one query", (cores, workers, each) => {
  const parameters = tune(machine({ cores, memoryBytes: 64 * GIB }), "serve");
  expect(valueIn(parameters, "max_parallel_workers")).toBe(workers);
  expect(valueIn(parameters, "max_parallel_workers_per_gather")).toBe(each);
  expect(valueIn(parameters, "max_parallel_maintenance_workers")).toBe(each);
});

it("from 18 on log_connections is a list, and the number of vacuum workers needs no restart", () => {
  const of = (majorVersion: number, name: string) =>
    tune(machine({ majorVersion }), "serve").find((parameter) => parameter.name === name);
  expect([15, 17, 18, 19].map((major) => of(major, "log_connections")?.value)).toEqual([true, true, "all", "all"]);
  expect([15, 17, 18, 19].map((major) => of(major, "autovacuum_max_workers")?.applyMethod)).toEqual([
    "pending-reboot",
    "pending-reboot",
    "immediate",
    "immediate",
  ]);
});

it("the log takes a tenth of a small disk at most, in both phases", () => {
  const log = (gigabytes: number, phase: "load" | "serve") => {
    const parameters = tune(machine({ storageBytes: gigabytes * GIB }), phase);
    return ["min_wal_size", "max_wal_size"].map((name) => bytesOf(parameters, name) / MIB);
  };
  expect(log(1, "serve")).toEqual([128, 256]);
  expect(log(10, "load")).toEqual([512, 1024]);
  expect(log(20, "load")).toEqual([1024, 2048]);
  expect(log(50, "load")).toEqual([1024, 5120]);
  expect(log(50, "serve")).toEqual([1024, 2048]);
});

it.each([
  ["memory", { memoryBytes: 128 * MIB }, "256MB or more"],
  ["memory", { memoryBytes: Number.NaN }, "not enough"],
  ["cores", { cores: 0 }, "not a whole number above 0"],
  ["cores", { cores: 1.5 }, "not a whole number above 0"],
  ["maxConnections", { memoryBytes: GIB, maxConnections: 5000 }, "at most 458"],
] as const)("a machine that cannot be tuned for names the key %s", (key, changes, said) => {
  let thrown: unknown;
  try {
    tune(machine(changes), "serve");
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(LandbridgeError);
  expect(thrown).toMatchObject({ code: "STACK_CONFIG", exitCode: 2, message: expect.stringContaining(`, ${key}: `) });
  expect(thrown).toMatchObject({ message: expect.stringContaining(said) });
  expect((thrown as LandbridgeError).remedy).toContain(`pulumi config set ${key} `);
});

it("as many connections as are allowed can be had", () => {
  const parameters = tune(machine({ memoryBytes: GIB, maxConnections: 458 }), "serve");
  expect(bytesOf(parameters, "work_mem")).toBe(MIB);
});

/** Machines as they are sold, and odd ones: any number of bytes from 512 MB to 512 GB. */
const machines = fc.record({
  memoryBytes: fc.double({ min: 9, max: 19, noNaN: true }).map((exponent) => Math.floor(MIB * 2 ** exponent)),
  cores: fc.integer({ min: 1, max: 128 }),
  storage: fc.constantFrom("ssd" as const, "hdd" as const, "network" as const),
  majorVersion: fc.integer({ min: 15, max: 20 }),
  maxConnections: fc.integer({ min: 10, max: 100 }),
  storageBytes: fc.integer({ min: 1, max: 100_000 }).map((gigabytes) => gigabytes * GIB),
});
/** Those whose every session has a megabyte to sort with. */
const tuned = machines.filter(
  ({ memoryBytes, cores, maxConnections }) => 0.45 * memoryBytes >= (cores + maxConnections) * MIB,
);
const phases = fc.constantFrom("load" as const, "serve" as const);

it("load and serve differ only in what a running server takes over", () => {
  fc.assert(
    fc.property(tuned, (asked) => {
      const load = tune(asked, "load");
      const serve = tune(asked, "serve");
      expect(load.map(({ name }) => name)).toEqual(serve.map(({ name }) => name));
      const changed = load.filter(({ value }, at) => value !== serve[at]?.value);
      expect(changed.map(({ name }) => name)).toEqual(expect.arrayContaining(["checkpoint_timeout", "autovacuum"]));
      expect(changed.filter(({ applyMethod }) => applyMethod !== "immediate")).toEqual([]);
    }),
  );
});

it("serving, cache, vacuum, an index build and a sort in every session fit into memory together", () => {
  fc.assert(
    fc.property(tuned, (asked) => {
      const parameters = tune(asked, "serve");
      const workers = Number(valueIn(parameters, "autovacuum_max_workers"));
      const sorting =
        Number(valueIn(parameters, "max_connections")) + Number(valueIn(parameters, "max_parallel_workers"));
      const worst =
        bytesOf(parameters, "shared_buffers") +
        (workers + 1) * bytesOf(parameters, "maintenance_work_mem") +
        sorting * bytesOf(parameters, "work_mem");
      expect(worst).toBeLessThanOrEqual(asked.memoryBytes * 0.95);
    }),
  );
});

it("loading, cache and eight index builds at once take three quarters of memory at most", () => {
  fc.assert(
    fc.property(tuned, (asked) => {
      const worst = bytesOf(tune(asked, "load"), "shared_buffers") + 8 * maintenanceBytes(asked, "load");
      expect(worst).toBeLessThanOrEqual(asked.memoryBytes * 0.75);
    }),
  );
});

it("no parameter contradicts another", () => {
  fc.assert(
    fc.property(tuned, phases, (asked, phase) => {
      const parameters = tune(asked, phase);
      const number = (name: string) => Number(valueIn(parameters, name));
      // RDS's log has segments of 64 MB, and PostgreSQL refuses fewer than two (src/backend/access/transam/xlog.c).
      expect(bytesOf(parameters, "min_wal_size")).toBeGreaterThanOrEqual(2 * 64 * MIB);
      expect(bytesOf(parameters, "max_wal_size")).toBeGreaterThan(bytesOf(parameters, "min_wal_size"));
      expect(bytesOf(parameters, "wal_buffers")).toBeLessThanOrEqual(bytesOf(parameters, "shared_buffers"));
      expect(bytesOf(parameters, "effective_cache_size")).toBeGreaterThan(bytesOf(parameters, "shared_buffers"));
      expect(number("max_parallel_workers_per_gather")).toBeLessThanOrEqual(number("max_parallel_workers"));
      expect(number("max_parallel_workers")).toBeLessThanOrEqual(number("max_worker_processes"));
      expect(number("superuser_reserved_connections")).toBeLessThan(number("max_connections"));
      for (const name of SIZES) expect(bytesOf(parameters, name) % MIB).toBe(0);
    }),
  );
});

it("more memory never gets less of anything", () => {
  fc.assert(
    fc.property(tuned, phases, fc.integer({ min: 0, max: 64 * GIB }), (asked, phase, more) => {
      const small = tune(asked, phase);
      const large = tune({ ...asked, memoryBytes: asked.memoryBytes + more }, phase);
      for (const [at, { name, value }] of small.entries())
        if (typeof value === "number") expect([name, (large[at]?.value as number) >= value]).toEqual([name, true]);
    }),
  );
});

it("every parameter is named once and says why", () => {
  fc.assert(
    fc.property(tuned, phases, (asked, phase) => {
      const parameters = tune(asked, phase);
      expect(new Set(parameters.map(({ name }) => name.toLowerCase())).size).toBe(parameters.length);
      expect(parameters.filter(({ why }) => why.length < 10)).toEqual([]);
    }),
  );
});
