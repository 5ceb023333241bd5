/** The verbs that the stack's job consists of; people may run each of them by hand. */
import { STEPS } from "../../src/events.ts";
import type { Verb } from "./arguments.ts";
import { SOURCE, snapshotTimeout, source } from "./verbs.ts";

export const SNAPSHOT: Verb = {
  name: "snapshot",
  steps: ["snapshot"],
  summary:
    "A finished, checksummed copy of a live SQLite file, for jobs that run elsewhere. A file that has not changed since is not copied again.",
  positionals: [SOURCE],
  options: [
    source,
    {
      name: "output",
      short: "o",
      value: "FILE",
      default: "a name of its own in .landbridge/snapshots",
      description: "The copy's path; FILE.json beside it says what it was taken of.",
    },
    snapshotTimeout,
  ],
  examples: [
    { command: "npm run snapshot -- app.sqlite", does: "Into .landbridge/snapshots." },
    {
      command: "npm run snapshot -- /var/lib/app/app.sqlite -o app.snapshot.sqlite --json",
      does: "To a path of your own; prints path, sha256 and bytes.",
    },
  ],
};

const TARGET_ENVIRONMENT = [
  { name: "PGPASSWORD", description: "Its password. PG… of libpq counts as for every verb." },
  { name: "LANDBRIDGE_ROOT_CERTIFICATE", description: "PEM of the authority that signed the server's certificate." },
] as const;

export const INIT: Verb = {
  name: "init",
  summary:
    "Prepares a database for an application, with an administrator's login: the database itself, extensions, roles (owner, application, analyst, monitor) with their rights and passwords, the schema, your own SQL files. Run again, only what has changed happens; other passwords take the old ones' place.",
  positionals: [],
  options: [
    {
      name: "target",
      value: "URL",
      default: "LANDBRIDGE_TARGET",
      description: "postgresql://administrator@host:port/database; the database may be missing.",
    },
    {
      name: "user",
      value: "NAME",
      default: "LANDBRIDGE_ROLES; without it no roles are made",
      description: "The application's role; the others are NAME_owner, NAME_analyst and NAME_monitor.",
    },
    {
      name: "schema",
      value: "NAME",
      default: "LANDBRIDGE_SCHEMA, else public",
      description: "The schema of the tables, owned by the owner.",
    },
    {
      name: "init-sql",
      value: "PATH",
      multiple: true,
      description: "A file of SQL of your own, or a directory of them; may be given more than once.",
    },
  ],
  environment: [
    { name: "LANDBRIDGE_TARGET", description: "As --target, without password." },
    ...TARGET_ENVIRONMENT,
    {
      name: "LANDBRIDGE_ROLES",
      description: 'JSON {"owner", "application", "analyst", "monitor"}: the roles\' names.',
    },
    {
      name: "LANDBRIDGE_OWNER_PASSWORD",
      description: "Its password, and so for APPLICATION, ANALYST and MONITOR. Without one a role's password stays.",
    },
    { name: "LANDBRIDGE_SCHEMA", description: "As --schema." },
    { name: "LANDBRIDGE_INIT_SQL", description: 'JSON [{"name", "sql"}]: files of your own.' },
  ],
  examples: [
    {
      command: "npm run init -- --target postgresql://postgres@db/app --user app --init-sql db/init.sql",
      does: "Database, roles app, app_owner, app_analyst and app_monitor, and a file of your own.",
    },
    { command: "npm run init -- --target postgresql://postgres@db/app", does: "Extensions alone." },
  ],
};

export const JOB: Verb = {
  name: "job",
  steps: STEPS,
  summary:
    "The copy as a job of the stack: migrate, from a finished snapshot, as the owner of the tables, told everything by its environment. Its last line on stdout is LANDBRIDGE_RESULT and a JSON document. Ended by SIGTERM or killed, the same job goes on.",
  positionals: [],
  options: [],
  environment: [
    {
      name: "LANDBRIDGE_TARGET",
      description: "postgresql://owner@host/database?sslmode=verify-full, without password.",
    },
    ...TARGET_ENVIRONMENT,
    { name: "LANDBRIDGE_SOURCE", description: "A snapshot (npm run snapshot): a path, or s3://bucket/key." },
    { name: "LANDBRIDGE_SOURCE_SHA256", description: "What it has to have; another one is refused." },
    {
      name: "LANDBRIDGE_SOURCE_NAME",
      description: "What the ledger calls the source. Default: the snapshot's file name.",
    },
    { name: "LANDBRIDGE_SCHEMA", description: "The PostgreSQL schema of the tables. Default: public." },
    { name: "LANDBRIDGE_SCHEMA_BY", description: "existing: into the application's own tables. Default: landbridge." },
    {
      name: "LANDBRIDGE_ON_CONFLICT",
      description: "With existing: fail, skip or update where rows are there already.",
    },
    { name: "LANDBRIDGE_ACCEPT", description: "As --accept, by commas." },
    { name: "LANDBRIDGE_VERIFY", description: "full, counts or sample. Default: full." },
    { name: "LANDBRIDGE_JOBS", description: "Workers. Default: by the number of cores." },
    { name: "LANDBRIDGE_CONFIG_YAML", description: "The text of a landbridge.yaml." },
    {
      name: "LANDBRIDGE_REPORTS",
      description: "Where reports go: a directory, or s3://bucket/prefix. Default: reports.",
    },
    {
      name: "LANDBRIDGE_WORK",
      description:
        "The one directory that is written to, kept for the next run. Default: one in the system's, for this run.",
    },
  ],
  examples: [
    {
      command: "LANDBRIDGE_TARGET=postgresql://app_owner@db/app LANDBRIDGE_SOURCE=app.snapshot npm run job",
      does: "Copy and prove; the password comes from PGPASSWORD or a PGPASSFILE.",
    },
  ],
};

export const JOB_VERBS: readonly Verb[] = [SNAPSHOT, INIT, JOB];
