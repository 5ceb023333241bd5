/** How much disk the database gets, and how fast it is. */
import { configError } from "../settings/mistake.ts";
import type { AwsSettings } from "../settings/targets.ts";

const GIB = 2 ** 30;
/** RDS takes gp3 from here on. */
const LEAST_GIB = 20;
const MOST_GIB = 65_536;
/** Heap, indexes, the write-ahead log of a load and room to sort the indexes in come to some four times the SQLite file. */
const TIMES_SOURCE = 4;
/**
 * RDS refuses to enlarge a disk by less than a tenth, and then refuses another change for hours. A file that grows a little from
 * one update to the next must not ask for that.
 */
const STEP = 1.25;
/** Below it gp3 has 3,000 IOPS and 125 MiB/s, and RDS refuses to be told so (RDS user guide, "General Purpose SSD storage"). */
const SPEED_FROM_GIB = 400;

export interface Storage {
  readonly allocatedStorage: number;
  readonly maxAllocatedStorage: number;
  readonly iops?: number;
  readonly storageThroughput?: number;
}

/**
 * @param sourceBytes size of what is going to be copied in; null where nothing is
 * @throws LandbridgeError STACK_CONFIG (usage) where the storage could not grow
 */
export const storageOf = (
  {
    storageGb,
    maxStorageGb,
    iops,
    storageThroughput,
  }: Pick<AwsSettings, "storageGb" | "maxStorageGb" | "iops" | "storageThroughput">,
  sourceBytes: number | null,
): Storage => {
  const allocatedStorage = storageGb ?? inSteps(((sourceBytes ?? 0) * TIMES_SOURCE) / GIB);
  if (maxStorageGb !== null && maxStorageGb <= allocatedStorage)
    throw configError("maxStorageGb", `${maxStorageGb} leaves nothing to grow above ${allocatedStorage} GiB.`);
  const fast = allocatedStorage >= SPEED_FROM_GIB;
  return {
    allocatedStorage,
    maxAllocatedStorage: Math.min(MOST_GIB, maxStorageGb ?? 4 * allocatedStorage),
    ...(fast && iops !== null ? { iops } : {}),
    ...(fast && storageThroughput !== null ? { storageThroughput } : {}),
  };
};

const inSteps = (gib: number): number => {
  let size = LEAST_GIB;
  while (size < gib) size = Math.ceil(size * STEP);
  return Math.min(MOST_GIB, size);
};
