/** The database on one page of CloudWatch, in the order in which one asks: is it busy, is it full, is it healthy? */

const WIDGETS: readonly (readonly [title: string, metrics: readonly string[]])[] = [
  ["Processor, %", ["CPUUtilization"]],
  ["Connections", ["DatabaseConnections"]],
  ["Free memory", ["FreeableMemory", "SwapUsage"]],
  ["Free storage", ["FreeStorageSpace"]],
  ["Operations per second", ["ReadIOPS", "WriteIOPS"]],
  ["Seconds per operation", ["ReadLatency", "WriteLatency"]],
  ["Waiting for the disk", ["DiskQueueDepth"]],
  ["Transaction ids in use", ["MaximumUsedTransactionIDs"]],
  ["Replica lag, seconds", ["ReplicaLag"]],
  ["Write-ahead log on disk", ["TransactionLogsDiskUsage"]],
];

/** CloudWatch lays widgets out on 24 columns. */
const WIDTH = 12;
const HEIGHT = 6;

/** @returns the JSON of a dashboard body */
export const dashboardBody = (region: string, instances: readonly string[]): string =>
  JSON.stringify({
    widgets: WIDGETS.map(([title, metrics], at) => ({
      type: "metric",
      x: (at % 2) * WIDTH,
      y: Math.floor(at / 2) * HEIGHT,
      width: WIDTH,
      height: HEIGHT,
      properties: {
        title,
        region,
        period: 60,
        stat: "Average",
        metrics: metrics.flatMap((metric) =>
          instances.map((instance) => ["AWS/RDS", metric, "DBInstanceIdentifier", instance]),
        ),
      },
    })),
  });
