/** What wakes somebody up, as plain values: each alarm of an instance with its threshold and what it means. */
import { SUPERUSER_RESERVED_CONNECTIONS } from "../tuning/connections.ts";

export interface WatchedInstance {
  readonly memoryBytes: number;
  readonly allocatedGib: number;
  readonly maxConnections: number;
  readonly replica: boolean;
  /** While rows are copied in, a machine at its limit is how it should be. */
  readonly loading: boolean;
}

export interface Alarm {
  /** The last part of its name. */
  readonly key: string;
  readonly metric: string;
  readonly statistic: "Average" | "Maximum" | "Minimum";
  readonly comparison: "GreaterThanThreshold" | "LessThanThreshold";
  readonly threshold: number;
  /** Five-minute periods in a row. */
  readonly periods: number;
  /** For the one who is woken up. */
  readonly means: string;
  /** Whether anybody is told now. */
  readonly enabled: boolean;
}

export const PERIOD_SECONDS = 300;

/**
 * Thresholds after "Recommended alarms" of the CloudWatch user guide, where it has one. Free storage lies below the tenth at which
 * RDS enlarges the disk by itself: it fires where that did not happen.
 */
export const alarmsOf = (instance: WatchedInstance): readonly Alarm[] => {
  const { memoryBytes, allocatedGib, maxConnections, replica, loading } = instance;
  const open = Math.floor((maxConnections - SUPERUSER_RESERVED_CONNECTIONS) * 0.85);
  return [
    {
      ...above("cpu", "CPUUtilization", "Average", 90, 3),
      means: "The processor has been above 90 % for a quarter of an hour.",
      enabled: !loading,
    },
    {
      ...below("storage", "FreeStorageSpace", "Minimum", Math.round(allocatedGib * 0.05 * 2 ** 30), 1),
      means: "Less than 5 % of the disk is free, and it did not grow by itself. A full disk stops the database.",
      enabled: true,
    },
    {
      ...below("memory", "FreeableMemory", "Average", Math.round(memoryBytes * 0.05), 3),
      means: "Less than 5 % of the memory can be freed; the server may be about to swap, or to be restarted.",
      enabled: true,
    },
    {
      ...above("connections", "DatabaseConnections", "Maximum", open, 1),
      means: `More than 85 % of the ${maxConnections} connections are taken; pools that are sized too large, or sessions that are not closed.`,
      enabled: true,
    },
    {
      ...above("disk-queue", "DiskQueueDepth", "Average", 64, 3),
      means: "More than 64 requests have been waiting for the disk for a quarter of an hour.",
      enabled: !loading,
    },
    replica
      ? {
          ...above("lag", "ReplicaLag", "Maximum", 60, 2),
          means: "The replica shows what was true more than a minute ago.",
          enabled: true,
        }
      : {
          ...above("transaction-ids", "MaximumUsedTransactionIDs", "Maximum", 1e9, 1),
          means:
            "A billion transaction ids are in use of some two: vacuum does not keep up, and at the end PostgreSQL takes no more writes.",
          enabled: true,
        },
  ];
};

type Threshold = Pick<Alarm, "key" | "metric" | "statistic" | "comparison" | "threshold" | "periods">;
type Rest = [key: string, metric: string, statistic: Alarm["statistic"], threshold: number, periods: number];

const above = (...[key, metric, statistic, threshold, periods]: Rest): Threshold => ({
  key,
  metric,
  statistic,
  comparison: "GreaterThanThreshold",
  threshold,
  periods,
});

const below = (...rest: Rest): Threshold => ({ ...above(...rest), comparison: "LessThanThreshold" });
