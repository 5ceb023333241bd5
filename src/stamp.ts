/** A moment as part of a name: files of snapshots, reports and logs, and runs, sort by time. */

/** `20261121_045207`, UTC. */
export const stampOf = (at: Date): string => at.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "_");
