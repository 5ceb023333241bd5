/**
 * How the memory is divided: a quarter is PostgreSQL's cache, a quarter at most is for vacuum and index builds while serving (half
 * while loading, when nobody sorts), the rest for the sorts of the sessions and for the system's cache of files.
 * https://www.postgresql.org/docs/current/runtime-config-resource.html#RUNTIME-CONFIG-RESOURCE-MEMORY
 */
import { workMemoryBytes } from "./machine.ts";
import { dynamic, fixed, type Machine, type Parameter, type Phase, sharedOut, shareOf, UNIT_BYTES } from "./model.ts";

const MIB = 2 ** 20;

/**
 * A sixteenth: the three vacuum workers and one index build take a quarter together, and the eight sessions in which a load
 * builds indexes at most take half. Above 512 MB a vacuum gains nothing; a sort of a big index does.
 */
const MAINTENANCE = {
  serve: { numerator: 1, denominator: 16, mostBytes: 512 * MIB },
  load: { numerator: 1, denominator: 16, mostBytes: 2048 * MIB },
} as const;

export const maintenanceBytes = ({ memoryBytes }: Machine, phase: Phase): number =>
  shareOf(memoryBytes, MAINTENANCE[phase]);

const CACHE = { numerator: 1, denominator: 4 } as const;

/** shared_buffers */
export const cacheBytes = ({ memoryBytes }: Machine): number => shareOf(memoryBytes, CACHE);

export const memory = (machine: Machine, phase: Phase): readonly Parameter[] => [
  fixed("shared_buffers", {
    ...sharedOut(machine, "8kB", CACHE),
    why: "25 % of memory: PostgreSQL's own cache; the system's cache of files works beside it",
  }),
  dynamic("effective_cache_size", {
    ...sharedOut(machine, "8kB", { numerator: 3, denominator: 4 }),
    why: "75 % of memory: what the planner may take for cached by PostgreSQL and the system together; allocates nothing",
  }),
  dynamic("work_mem", {
    value: workMemoryBytes(machine) / UNIT_BYTES.kB,
    unit: "kB",
    why: "16 MB for each sort or hash of a query, less where memory for all connections would not reach",
  }),
  dynamic("maintenance_work_mem", {
    ...sharedOut(machine, "kB", MAINTENANCE[phase]),
    why: "a sixteenth of memory for each vacuum worker and index build, at most 512 MB while serving and 2 GB while loading",
  }),
  fixed("huge_pages", { value: "try", why: "a big cache in 2 MB pages where the system offers them" }),
];
