/** The tuning as a server's arguments, and as a parameter group of RDS. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Machine, Phase } from "../../infra/tuning/model.ts";
import { asRdsParameters, parameterGroupFamily } from "../../infra/tuning/rds.ts";
import { asServerArguments, sharedMemoryBytes } from "../../infra/tuning/server-arguments.ts";
import { versionWarning } from "../../infra/tuning/versions.ts";
import { tune } from "../../infra/tuning.ts";

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const EIGHT: Machine = { memoryBytes: 8 * GIB, cores: 2, storage: "ssd", majorVersion: 18 };

describe("as arguments", () => {
  it("a machine of 8 GB starts its server with these", () => {
    const given = asServerArguments(tune(EIGHT, "serve"));
    expect(given.filter((_, at) => at % 2 === 0).every((flag) => flag === "-c")).toBe(true);
    expect(given.filter((_, at) => at % 2 === 1)).toEqual([
      "max_connections=100",
      "superuser_reserved_connections=3",
      "shared_preload_libraries=pg_stat_statements",
      "password_encryption=scram-sha-256",
      "TimeZone=UTC",
      "shared_buffers=2GB",
      "effective_cache_size=6GB",
      "work_mem=16MB",
      "maintenance_work_mem=512MB",
      "huge_pages=try",
      "wal_buffers=16MB",
      "min_wal_size=1GB",
      "max_wal_size=2GB",
      "checkpoint_timeout=5min",
      "checkpoint_completion_target=0.9",
      "random_page_cost=1.1",
      "effective_io_concurrency=200",
      "max_worker_processes=8",
      "max_parallel_workers=2",
      "max_parallel_workers_per_gather=1",
      "max_parallel_maintenance_workers=1",
      "jit=off",
      "autovacuum=on",
      "autovacuum_max_workers=3",
      "autovacuum_naptime=1min",
      "log_min_duration_statement=1s",
      "log_lock_waits=on",
      "log_checkpoints=on",
      "log_connections=all",
      "log_disconnections=on",
      "log_line_prefix=%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
      "log_timezone=UTC",
    ]);
  });

  it("a size that is no whole number of gigabytes is told in megabytes", () => {
    const given = asServerArguments(tune({ ...EIGHT, memoryBytes: 6 * GIB }, "load"));
    expect(given).toContain("shared_buffers=1536MB");
    expect(given).toContain("effective_cache_size=4608MB");
    expect(given).toContain("max_wal_size=6GB");
    expect(given).toContain("checkpoint_timeout=30min");
    expect(given).toContain("autovacuum=off");
  });

  it("/dev/shm holds a vacuum's list or the graph of an index over vectors, and every worker's hash", () => {
    expect(sharedMemoryBytes({ ...EIGHT, memoryBytes: GIB / 4, cores: 1, maxConnections: 20 })).toBeGreaterThanOrEqual(
      64 * MIB,
    );
    expect(sharedMemoryBytes(EIGHT)).toBe((2048 + 3 * 2 * 16) * MIB);
  });
});

describe("as a parameter group of RDS", () => {
  const group = (phase: Phase, changes: Partial<Machine> = {}) => {
    const machine: Machine = { ...EIGHT, storage: "network", cores: 8, ...changes };
    return asRdsParameters(tune(machine, phase), machine.majorVersion);
  };

  it("has each parameter in PostgreSQL's own unit, memory as a formula, and what RDS has anyway left out", () => {
    expect(group("serve")).toEqual([
      { name: "max_connections", value: "100", applyMethod: "pending-reboot" },
      { name: "shared_preload_libraries", value: "pg_stat_statements", applyMethod: "pending-reboot" },
      { name: "shared_buffers", value: "{DBInstanceClassMemory/32768}", applyMethod: "pending-reboot" },
      { name: "effective_cache_size", value: "{DBInstanceClassMemory*3/32768}", applyMethod: "immediate" },
      { name: "work_mem", value: "16384", applyMethod: "immediate" },
      {
        name: "maintenance_work_mem",
        value: "LEAST({DBInstanceClassMemory/16384},524288)",
        applyMethod: "immediate",
      },
      { name: "min_wal_size", value: "1024", applyMethod: "immediate" },
      { name: "random_page_cost", value: "1.1", applyMethod: "immediate" },
      { name: "effective_io_concurrency", value: "200", applyMethod: "immediate" },
      { name: "max_parallel_workers_per_gather", value: "4", applyMethod: "immediate" },
      { name: "max_parallel_maintenance_workers", value: "4", applyMethod: "immediate" },
      { name: "jit", value: "0", applyMethod: "immediate" },
      { name: "log_min_duration_statement", value: "1000", applyMethod: "immediate" },
      { name: "log_lock_waits", value: "1", applyMethod: "immediate" },
      { name: "log_connections", value: "all", applyMethod: "immediate" },
      { name: "log_disconnections", value: "1", applyMethod: "immediate" },
      { name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" },
    ]);
  });

  it("while loading, what changes is dynamic: WAL, checkpoints, autovacuum and memory for index builds", () => {
    const serve = group("serve").map((parameter) => JSON.stringify(parameter));
    const added = group("load").filter((parameter) => !serve.includes(JSON.stringify(parameter)));
    expect(added).toEqual([
      {
        name: "maintenance_work_mem",
        value: "LEAST({DBInstanceClassMemory/16384},2097152)",
        applyMethod: "immediate",
      },
      { name: "max_wal_size", value: "8192", applyMethod: "immediate" },
      { name: "checkpoint_timeout", value: "1800", applyMethod: "immediate" },
      { name: "autovacuum", value: "0", applyMethod: "immediate" },
    ]);
  });

  it("before 18 log_connections is a boolean", () => {
    const found = group("serve", { majorVersion: 17 }).find(({ name }) => name === "log_connections");
    expect(found).toEqual({ name: "log_connections", value: "1", applyMethod: "immediate" });
  });

  it("a value that RDS has already is left out, for AWS would report another apply method for ever", () => {
    const names = (changes: Partial<Machine>) => group("serve", changes).map(({ name }) => name);
    expect(names({ cores: 4 })).not.toContain("max_parallel_workers_per_gather");
    expect(names({ storage: "hdd" })).not.toContain("random_page_cost");
    // A tenth of 20 GB: the 2 GB that RDS has.
    const load = group("load", { storageBytes: 20 * GIB }).map(({ name }) => name);
    expect(load).not.toContain("max_wal_size");
  });

  it("formulas give the values that the machine of that size is tuned to", () => {
    const evaluate = (formula: string, memory: number): number => {
      const [, times = "1", divisor = "1"] = /\{DBInstanceClassMemory(?:\*(\d+))?\/(\d+)\}/.exec(formula) ?? [];
      const most = /^LEAST\(.*,(\d+)\)$/.exec(formula)?.[1] ?? "Infinity";
      return Math.min(Number(most), Math.floor((memory * Number(times)) / Number(divisor)));
    };
    fc.assert(
      fc.property(
        fc.integer({ min: 512, max: 512 * 1024 }),
        fc.constantFrom("load" as const, "serve" as const),
        (megabytes, phase) => {
          const machine: Machine = { ...EIGHT, memoryBytes: megabytes * MIB };
          const parameters = tune(machine, phase);
          const formulas = asRdsParameters(parameters, 18).filter(({ value }) => value.includes("{"));
          expect(formulas.map(({ name }) => name)).toEqual([
            "shared_buffers",
            "effective_cache_size",
            "maintenance_work_mem",
          ]);
          for (const { name, value } of formulas) {
            const tuned = parameters.find((parameter) => parameter.name === name);
            const unit = tuned?.unit === "8kB" ? 8192 : 1024;
            const difference = evaluate(value, machine.memoryBytes) * unit - Number(tuned?.value) * unit;
            // The tuning rounds down to whole megabytes.
            expect([name, difference >= 0 && difference < MIB]).toEqual([name, true]);
          }
        },
      ),
    );
  });

  it("the family follows the version; a version that nobody has tried is warned of and not refused", () => {
    expect([15, 18, 19].map(parameterGroupFamily)).toEqual(["postgres15", "postgres18", "postgres19"]);
    expect(versionWarning(18)).toBeNull();
    expect(versionWarning(19)).toContain("PostgreSQL 19 is newer");
  });
});
