/**
 * The ledger's tables, in a schema `landbridge` of the target: which run loaded which slice of which table, in the very
 * transaction that carried the rows. Every statement may run again, and none needs more than CREATE on the database —
 * or nothing at all where an administrator has made the tables beforehand.
 */

/** The phases of a run. From `sync` on the target serves: no load touches it again. */
const PHASES = ["prepare", "copy", "finish", "verify", "done", "failed", "superseded", "sync", "cutover"] as const;
export type Phase = (typeof PHASES)[number];

const KEPT_VALUE_COLUMNS = `
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id text NOT NULL,
  plan_hash text NOT NULL,
  source_table text NOT NULL,
  source_key jsonb,
  source_rowid bigint,
  column_name text,
  code text NOT NULL,
  message text NOT NULL,
  original jsonb`;

export const LEDGER_TABLES: ReadonlyMap<string, string> = new Map([
  [
    "runs",
    `CREATE TABLE IF NOT EXISTS landbridge.runs (
  run_id text PRIMARY KEY,
  source_id text NOT NULL DEFAULT 'main',
  plan_hash text NOT NULL,
  source_sha256 text NOT NULL,
  source_name text NOT NULL,
  snapshot_file text,
  schema_name text NOT NULL,
  load_schema text NOT NULL,
  phase text NOT NULL CHECK (phase IN (${PHASES.map((phase) => `'${phase}'`).join(", ")})),
  status text,
  exit_code integer,
  epoch integer NOT NULL DEFAULT 1,
  plan text NOT NULL,
  landbridge text,
  report text,
  started_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz)`,
  ],
  [
    // table_name is the table's name in the source. Numbers from 0 are slices of rows; negative numbers are later writes of ours
    // to the table (see recordXid), with the rows that they added or took away.
    "slices",
    `CREATE TABLE IF NOT EXISTS landbridge.slices (
  plan_hash text NOT NULL,
  table_name text NOT NULL,
  number integer NOT NULL,
  run_id text NOT NULL,
  epoch integer NOT NULL,
  rows_read bigint NOT NULL DEFAULT 0,
  rows_written bigint NOT NULL DEFAULT 0,
  rows_rejected bigint NOT NULL DEFAULT 0,
  rows_cleaned bigint NOT NULL DEFAULT 0,
  bytes bigint NOT NULL DEFAULT 0,
  xid text NOT NULL DEFAULT pg_current_xact_id()::text,
  finished_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (plan_hash, table_name, number))`,
  ],
  ["rejects", `CREATE TABLE IF NOT EXISTS landbridge.rejects (${KEPT_VALUE_COLUMNS})`],
  ["cleaned", `CREATE TABLE IF NOT EXISTS landbridge.cleaned (${KEPT_VALUE_COLUMNS})`],
  // Rows that an application's table had already, under --on-conflict skip.
  ["skipped", `CREATE TABLE IF NOT EXISTS landbridge.skipped (${KEPT_VALUE_COLUMNS})`],
  [
    "init_files",
    `CREATE TABLE IF NOT EXISTS landbridge.init_files (
  name text PRIMARY KEY,
  sha256 text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now())`,
  ],
  [
    // What a load into an application's own tables has set aside (triggers, indexes, foreign keys) or made beside them: each row is
    // written in the transaction that does it, and goes in the one that undoes it. `facts` is the object as JSON.
    "scaffolding",
    `CREATE TABLE IF NOT EXISTS landbridge.scaffolding (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id text NOT NULL,
  schema_name text NOT NULL,
  kind text NOT NULL,
  table_name text NOT NULL,
  object_name text NOT NULL,
  facts text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now())`,
  ],
]);

export const LEDGER_INDEXES: readonly string[] = [
  "CREATE INDEX IF NOT EXISTS runs_by_schema ON landbridge.runs (schema_name, started_at)",
  "CREATE INDEX IF NOT EXISTS rejects_by_plan ON landbridge.rejects (plan_hash, source_table)",
  "CREATE INDEX IF NOT EXISTS cleaned_by_plan ON landbridge.cleaned (plan_hash, source_table)",
  "CREATE INDEX IF NOT EXISTS skipped_by_plan ON landbridge.skipped (plan_hash, source_table)",
];
