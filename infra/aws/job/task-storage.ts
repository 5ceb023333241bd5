/** How large a disk the copy needs, and of which kind. */

export interface TaskStorage {
  /** GiB of the task's own disk. */
  readonly ephemeral: number;
  /** GiB of an EBS volume for the snapshot; null: none. */
  readonly volume: number | null;
}

/** The image, unpacked, lies on the same disk, and so do the reports (ECS developer guide, Fargate task storage). */
const BESIDES_GIB = 5;
/** Filesystems keep some of their room for themselves, and SQLite sorts in temporary files. */
const FACTOR = 1.1;
/** A file that grows a little does not make another task definition. */
const STEP_GIB = 10;
/** Fargate gives 21 to 200 GiB. */
const LEAST_EPHEMERAL_GIB = 21;
/** Above this a volume of its own is larger, faster, and paid for while the task runs alone. */
const LARGEST_EPHEMERAL_GIB = 150;
/** gp3 goes to 64 TiB, but not in all regions; 16 TiB is what all have. */
const LARGEST_VOLUME_GIB = 16_384;

/**
 * The copy holds the snapshot once: it is handed the finished file, and makes no copy of it.
 * @param snapshotBytes size of the snapshot; 0 where none is copied
 * @throws RangeError for a file that no volume holds
 */
export const taskStorage = (snapshotBytes: number): TaskStorage => {
  const snapshot = snapshotBytes / 2 ** 30;
  const needed = BESIDES_GIB + Math.ceil((snapshot * FACTOR) / STEP_GIB) * STEP_GIB;
  if (needed <= LARGEST_EPHEMERAL_GIB) return { ephemeral: Math.max(needed, LEAST_EPHEMERAL_GIB), volume: null };
  if (needed <= LARGEST_VOLUME_GIB) return { ephemeral: LEAST_EPHEMERAL_GIB, volume: needed };
  throw new RangeError(`a snapshot of ${Math.ceil(snapshot)} GiB needs more than the largest volume of AWS`);
};
