/** The beginning and the end of every run's report: an empty record, and the environment it was made in. */
import Database from "better-sqlite3";
import type { RunRecord } from "./report/assemble.ts";
import type { Environment } from "./report/model.ts";
import type { Settings } from "./settings.ts";
import { VERSION } from "./version.ts";

export const newRecord = (settings: Settings): RunRecord => ({
  startedAt: new Date(),
  sourcePath: settings.source,
  runId: "",
  snapshot: null,
  snapshotKept: settings.backup,
  plan: null,
  schema: settings.config.schema ?? "public",
  target: settings.target,
  serverVersion: null,
  counts: new Map(),
  findings: [],
  proof: null,
  rejectedRows: [],
  error: null,
  planned: false,
  nextSteps: [],
});

/** SQLite's version is that of the library which reads the file. */
export const environmentOf = (settings: Settings): Omit<Environment, "postgres"> => {
  const db = new Database(":memory:");
  const sqlite = db.prepare("SELECT sqlite_version()").pluck().get() as string;
  db.close();
  return {
    landbridge: VERSION,
    node: process.version,
    sqlite,
    platform: `${process.platform} ${process.arch}`,
    jobs: settings.jobs,
  };
};
