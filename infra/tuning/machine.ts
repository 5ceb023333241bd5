/** What a machine must have to be tuned for, and how much a query may sort with on it. */
import { configError } from "../settings/mistake.ts";
import { DEFAULT_MAX_CONNECTIONS } from "./connections.ts";
import type { Machine } from "./model.ts";
import { parallelWorkers } from "./planner.ts";

const MIB = 2 ** 20;
/** PostgreSQL 18 with its helpers and a handful of sessions takes some 100 MB before there is any cache worth the name. */
const LEAST_MEMORY = 256 * MIB;
const MOST_WORK_MEMORY = 16 * MIB;
/** Less, and every sort would go to disk. */
const LEAST_WORK_MEMORY = MIB;
/** Beside 25 % for the cache and 25 % for vacuum and index builds; 5 % is left to the system. */
const SHARE_OF_SORTS = 0.45;

/** Whole MiB that each session and each parallel worker may sort with, if all of them did so at once. */
const sortMemory = ({ memoryBytes, cores, maxConnections = DEFAULT_MAX_CONNECTIONS }: Machine): number =>
  Math.floor((memoryBytes * SHARE_OF_SORTS) / (maxConnections + parallelWorkers(cores)) / MIB) * MIB;

export const workMemoryBytes = (machine: Machine): number => Math.min(MOST_WORK_MEMORY, sortMemory(machine));

/** @throws LandbridgeError STACK_CONFIG (usage) */
export const checkMachine = (machine: Machine): void => {
  const { memoryBytes, cores, maxConnections = DEFAULT_MAX_CONNECTIONS } = machine;
  const megabytes = Math.floor(memoryBytes / MIB);
  if (!(memoryBytes >= LEAST_MEMORY))
    throw configError("memory", `${megabytes}MB is not enough for PostgreSQL; ${LEAST_MEMORY / MIB}MB or more.`);
  if (!Number.isInteger(cores) || cores < 1) throw configError("cores", `${cores} is not a whole number above 0.`);
  if (sortMemory(machine) >= LEAST_WORK_MEMORY) return;
  const most = Math.floor((memoryBytes * SHARE_OF_SORTS) / LEAST_WORK_MEMORY) - parallelWorkers(cores);
  throw configError(
    "maxConnections",
    `${maxConnections} connections leave less than 1MB to sort with for each, on ${megabytes}MB of memory; at most ${Math.max(0, most)}.`,
  );
};
