/**
 * What the planner takes a page and a core for.
 * https://www.postgresql.org/docs/current/runtime-config-query.html · runtime-config-resource.html#RUNTIME-CONFIG-RESOURCE-IO
 */
import { dynamic, fixed, type Machine, type Parameter } from "./model.ts";

/** PostgreSQL's default: autovacuum, replication and extensions take from the same processes. */
const LEAST_WORKER_PROCESSES = 8;
/** More workers than this on one query bring little: the leader has to gather what they find. */
const MOST_WORKERS_A_QUERY = 4;

/** How many parallel workers all queries have together. */
export const parallelWorkers = (cores: number): number => cores;

/** With one core a parallel plan only adds work; from two on, half of them for one query. */
const workersForOne = (cores: number): number => Math.min(MOST_WORKERS_A_QUERY, Math.floor(cores / 2));

export const planner = ({ storage, cores }: Machine): readonly Parameter[] => [
  dynamic("random_page_cost", {
    value: storage === "hdd" ? 4 : 1.1,
    why: "an SSD reads any page about as fast as the next one; a disk has to move its head",
  }),
  dynamic("effective_io_concurrency", {
    value: storage === "hdd" ? 2 : 200,
    why: "how many reads a bitmap scan asks for ahead: an SSD answers many at once",
  }),
  fixed("max_worker_processes", {
    value: Math.max(LEAST_WORKER_PROCESSES, parallelWorkers(cores)),
    why: "room for the parallel workers and for other background workers",
  }),
  dynamic("max_parallel_workers", { value: parallelWorkers(cores), why: "one for each core" }),
  dynamic("max_parallel_workers_per_gather", {
    value: workersForOne(cores),
    why: "one query takes half of the cores, four at most, and none where there is only one",
  }),
  dynamic("max_parallel_maintenance_workers", {
    value: workersForOne(cores),
    why: "the same for an index build",
  }),
  dynamic("jit", {
    value: false,
    why: "compiling takes longer than the queries of an application run; an analyst may SET jit = on",
  }),
];
