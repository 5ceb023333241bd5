/**
 * The write-ahead log and its checkpoints. Durability (fsync, full_page_writes, synchronous_commit) is left alone in both phases.
 * https://www.postgresql.org/docs/current/wal-configuration.html
 */
import { dynamic, fixed, type Machine, type Parameter, type Phase, UNIT_BYTES } from "./model.ts";

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const SERVE_MOST = 2 * GIB;
const SERVE_LEAST = GIB;
/**
 * While loading, log is written as fast as rows arrive: the more of it fits between two checkpoints, the fewer pages are written
 * twice. A crash replays up to this much.
 */
const LOAD = { least: 4 * GIB, most: 16 * GIB } as const;
/** The log may take a tenth of a disk whose size is known; below this no server works well. */
const SHARE_OF_STORAGE = 0.1;
const LEAST_BUDGET = 256 * MIB;

const sizes = ({ memoryBytes, storageBytes }: Machine): { serve: number; load: number; least: number } => {
  const budget =
    storageBytes === undefined
      ? Number.POSITIVE_INFINITY
      : Math.max(LEAST_BUDGET, Math.floor((storageBytes * SHARE_OF_STORAGE) / MIB) * MIB);
  const serve = Math.min(SERVE_MOST, budget);
  const wanted = Math.min(LOAD.most, Math.max(LOAD.least, Math.floor(memoryBytes / MIB) * MIB));
  return { serve, load: Math.min(wanted, budget), least: Math.min(SERVE_LEAST, Math.floor(serve / 2 / MIB) * MIB) };
};

export const writeAheadLog = (machine: Machine, phase: Phase): readonly Parameter[] => {
  const { [phase]: most, least } = sizes(machine);
  return [
    fixed("wal_buffers", {
      value: (16 * MIB) / UNIT_BYTES["8kB"],
      unit: "8kB",
      why: "16 MB, one segment of the log: concurrent commits rarely wait for it to be written",
    }),
    dynamic("min_wal_size", {
      value: least / UNIT_BYTES.MB,
      unit: "MB",
      why: "1 GB of segments is used again instead of being removed and made anew",
    }),
    dynamic("max_wal_size", {
      value: most / UNIT_BYTES.MB,
      unit: "MB",
      why: "a checkpoint after 2 GB of log while serving; while loading after as much as memory, from 4 to 16 GB; a tenth of the disk at most",
    }),
    dynamic("checkpoint_timeout", {
      value: phase === "load" ? 1800 : 300,
      unit: "s",
      why: "a checkpoint every 5 minutes while serving, every 30 while loading",
    }),
    dynamic("checkpoint_completion_target", {
      value: 0.9,
      why: "a checkpoint's writes are spread over nine tenths of the time to the next",
    }),
  ];
};
