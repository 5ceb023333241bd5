/** The tuning as arguments of the server's program, which is how a container is given it. */
import { workMemoryBytes } from "./machine.ts";
import { cacheBytes, maintenanceBytes } from "./memory.ts";
import { type Machine, type Parameter, UNIT_BYTES, type Unit } from "./model.ts";
import { parallelWorkers } from "./planner.ts";

/**
 * `["-c", "shared_buffers=1GB", "-c", …]`, in the order of the parameters. Each is one element of an argument list, so nothing is
 * quoted; values on the command line win over postgresql.conf and ALTER SYSTEM.
 */
export const asServerArguments = (parameters: readonly Parameter[]): readonly string[] =>
  parameters.flatMap((parameter) => ["-c", `${parameter.name}=${asText(parameter)}`]);

const asText = ({ value, unit }: Parameter): string => {
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "number" && unit !== null ? withUnit(value, unit) : String(value);
};

const SIZES = { GB: 2 ** 30, MB: 2 ** 20, kB: 1024 } as const;
const TIMES = { min: 60_000, s: 1000, ms: 1 } as const;

/** The largest unit that keeps the number whole. */
const withUnit = (value: number, unit: Unit): string => {
  const [units, smallest] = unit === "ms" || unit === "s" ? [TIMES, TIMES[unit]] : [SIZES, UNIT_BYTES[unit]];
  const amount = value * smallest;
  const [name, size] = Object.entries(units).find(([, each]) => amount % each === 0) ?? ["", 1];
  return `${amount / size}${name}`;
};

/** Docker's default for /dev/shm. */
const LEAST_SHARED_MEMORY = 64 * 2 ** 20;
/** hash_mem_multiplier: a hash may take this many times work_mem. */
const HASH_MULTIPLE = 2;

/**
 * What /dev/shm of a container must hold, in bytes: parallel queries keep their hash tables there, and parallel vacuums and index
 * builds their lists; an index over vectors is built there as a whole, in as much as shared_buffers at most (src/finish). With Docker's
 * 64 MB they fail with "could not resize shared memory segment". A bound, which takes nothing by itself; the same in both phases.
 */
export const sharedMemoryBytes = (machine: Machine): number =>
  Math.max(
    LEAST_SHARED_MEMORY,
    Math.max(maintenanceBytes(machine, "load"), cacheBytes(machine)) +
      (parallelWorkers(machine.cores) + 1) * HASH_MULTIPLE * workMemoryBytes(machine),
  );
