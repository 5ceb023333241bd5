/** A rehearsal in which everything went well, to be spoilt in one place at a time. */
import type { Evidence } from "../../../src/rehearsal/decide.ts";
import type { Latencies } from "../../../src/rehearsal/histogram.ts";
import type { Comparison, LoadMeasure, WayBack } from "../../../src/rehearsal/model.ts";

export const latencies = (p50: number, count = 1000): Latencies => ({
  ...{ count, p50 },
  p95: p50 * 2,
  p99: p50 * 3,
  max: p50 * 4,
  mean: p50,
});

export const compared = (name: string, sqlite: number, postgres: number): Comparison => ({
  name,
  sqlite: latencies(sqlite),
  postgres: latencies(postgres),
  answers: null,
  error: null,
});

export const load = (writes: number, reads: number, errors = 0): LoadMeasure => ({
  ...{ seconds: 10, writers: 25, readers: 25 },
  writes: { perSecond: writes, latencies: latencies(1, writes * 10), errors, errorKinds: {} },
  reads: { perSecond: reads, latencies: latencies(1, reads * 10), errors: 0, errorKinds: {} },
});

export const wayBack: WayBack = {
  sqliteBefore: "a".repeat(64),
  sqliteAfter: "a".repeat(64),
  snapshotIntact: true,
  dump: { bytes: 1000, seconds: 1, objects: 10 },
  restored: { seconds: 1, tables: 2, rows: 1000, different: [] },
  untested: null,
};

export const wellDone: Evidence = {
  crossing: {
    status: "done",
    ...{ rowsRead: 1000, rowsWritten: 1000, rowsRejected: 0, differences: 0, tables: 2, tablesProven: 2 },
    report: null,
  },
  postgresLoad: load(100, 100),
  comparisons: [compared("orders", 10, 12)],
  checks: [{ name: "pool recovery", passed: true, detail: "" }],
  application: { test: { command: "npm test", exitCode: 0, seconds: 1 }, probe: null },
  wayBack,
};
