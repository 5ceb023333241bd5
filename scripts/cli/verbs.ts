/** The table of every verb: its arguments, flags and examples. Help, documentation and parsing all come from here. */
import { STEPS, type Step } from "../../src/events.ts";
import type { OptionRow, Verb } from "./arguments.ts";

export const SOURCE = {
  name: "SOURCE",
  description: "The SQLite file: a path, sqlite:///path or sqlite+aiosqlite:///path.",
} as const;

/** Several files go into the same schema, each as a load of its own. */
const SOURCES = {
  name: "SOURCE",
  many: true,
  description:
    "The SQLite file: a path, sqlite:///path or sqlite+aiosqlite:///path. Several files: see docs/several-sources.md.",
} as const;

export const source: OptionRow = { name: "source", value: "FILE", description: "The same as the argument SOURCE." };
const target: OptionRow = {
  name: "target",
  value: "URL",
  default: "LANDBRIDGE_TARGET, else the embedded PostgreSQL",
  description: "postgresql://user@host:port/database. The password may also come from PGPASSWORD or PGPASSFILE.",
};
const config: OptionRow = {
  name: "config",
  value: "FILE",
  description: "A landbridge.yaml: types, names, policies. Unknown keys are errors.",
};
const schema: OptionRow = {
  name: "schema",
  value: "NAME",
  default: "public",
  description: "The PostgreSQL schema that the tables go to.",
};
const names: OptionRow = {
  name: "names",
  value: "WAY",
  default: "preserve",
  description: "preserve, lower or snake: how names are spelled in PostgreSQL.",
};
const accept: OptionRow = {
  name: "accept",
  value: "WHAT",
  multiple: true,
  description: "“suggestions” for all proposed mappings, or single finding codes.",
};
const table: OptionRow = {
  name: "table",
  value: "NAME",
  multiple: true,
  description: "Only this table; may be given more than once.",
};
const plan: OptionRow = { name: "plan", value: "FILE", description: "Execute this stored plan instead of making one." };
const jobs: OptionRow = { name: "jobs", value: "N", default: "by the number of cores", description: "Workers." };
const reportDir: OptionRow = { name: "report-dir", value: "DIR", default: "reports", description: "Where reports go." };
const verify: OptionRow = {
  name: "verify",
  value: "MODE",
  default: "full",
  description: "full compares every value; counts and sample compare less and say so.",
};
export const snapshotTimeout: OptionRow = {
  name: "snapshot-timeout",
  value: "SECONDS",
  default: "300",
  description: "How long writers of a file without WAL may be kept waiting for the snapshot.",
};
const planning = [config, schema, names, accept, table];

const SURVEY: readonly Step[] = ["snapshot", "profile", "plan"];

export const INSPECT: Verb = {
  name: "inspect",
  steps: SURVEY,
  summary:
    "Reads a SQLite file and says how healthy it is, what its columns really hold, and what a crossing would find. Nothing is touched.",
  positionals: [SOURCE],
  options: [source, config, table, snapshotTimeout],
  examples: [
    { command: "npm run inspect -- app.sqlite", does: "Health, tables, columns and findings." },
    { command: "npm run inspect -- app.sqlite --json", does: "The same as one JSON document." },
  ],
};

export const PLAN: Verb = {
  name: "plan",
  steps: SURVEY,
  summary: "Makes the plan of a crossing: tables, types, keys, findings. Nothing is touched.",
  positionals: [SOURCE],
  options: [
    source,
    ...planning,
    { name: "output", short: "o", value: "FILE", description: "Write the plan (JSON) here." },
    { name: "sql", description: "Print the PostgreSQL statements of the plan." },
    { name: "write-config", value: "FILE", description: "Write a commented landbridge.yaml to start from." },
    snapshotTimeout,
  ],
  examples: [
    { command: "npm run plan -- app.sqlite --sql", does: "The tables, keys and indexes as PostgreSQL would get them." },
    {
      command: "npm run plan -- app.sqlite -o plan.json",
      does: "Keep the plan, read it, then: npm run migrate -- app.sqlite --plan plan.json",
    },
  ],
};

export const MIGRATE: Verb = {
  name: "migrate",
  steps: STEPS,
  summary:
    "The whole story: snapshot, profile, plan, prepare, copy, finish, verify, report. Run again, it goes on or has nothing to do.",
  positionals: [
    { ...SOURCES, optional: true },
    { name: "TARGET", optional: true, description: "The same as --target." },
  ],
  options: [
    source,
    target,
    ...planning,
    plan,
    verify,
    { name: "validate", description: "The same as --verify full." },
    jobs,
    { name: "batch-size", value: "ROWS", default: "by the size of the rows", description: "Rows a block at most." },
    { name: "resume", description: "Go on with the run that was broken off." },
    {
      name: "into-existing",
      description: "Load into the tables that the application's own migrations have made, by name.",
    },
    {
      name: "on-conflict",
      value: "WAY",
      default: "fail",
      description: "Where such a table has rows already: fail, skip those that are there, or update them.",
    },
    { name: "replace", description: "Take the place of another source's load, where nobody has written to it since." },
    { name: "no-backup", description: "Copy from the file itself; only where it provably does not change." },
    snapshotTimeout,
    { name: "dry-run", description: "Stop after the plan; with a target, check it read-only." },
    reportDir,
    { name: "sample-by-default", hidden: true, description: "Without a source, migrate the sample database." },
  ],
  examples: [
    { command: "npm start", does: "The sample database into the embedded PostgreSQL." },
    { command: "npm run migrate -- app.sqlite", does: "A file of your own into the embedded PostgreSQL." },
    {
      command: "npm run migrate -- app.sqlite --target postgresql://app@db.example.org/app",
      does: "Into a server of your own.",
    },
    {
      command: "npm run migrate -- app.sqlite --target postgresql://app@db.example.org/app --into-existing",
      does: "Into the tables that Alembic, Django, Prisma … have made there.",
    },
    {
      command: "npm run migrate -- app.db memory.db --config landbridge.yaml",
      does: "Two files into one schema, one after the other.",
    },
    { command: "npm run migrate -- app.sqlite --dry-run", does: "Say what would happen." },
  ],
};

export const VERIFY: Verb = {
  name: "verify",
  steps: ["snapshot", "verify", "report"],
  summary:
    "The proof alone, at any later time, by the stored plan: reads everything back and compares it with the snapshot.",
  positionals: [SOURCES, { name: "TARGET", optional: true, description: "The same as --target." }],
  options: [
    source,
    target,
    schema,
    verify,
    { name: "validate", description: "The same as --verify full." },
    jobs,
    reportDir,
  ],
  examples: [
    { command: "npm run verify -- app.sqlite", does: "Against the embedded PostgreSQL." },
    {
      command: "npm run verify -- app.sqlite --target postgresql://app@db.example.org/app",
      does: "Against a server of your own.",
    },
  ],
};

export const EXPORT: Verb = {
  name: "export",
  steps: SURVEY,
  summary:
    "The first half of a crossing between places that cannot see each other: snapshot, plan and checksums into a directory.",
  positionals: [SOURCE],
  options: [
    source,
    {
      name: "output",
      short: "o",
      value: "DIR",
      description: "The directory to write; the export of another state in it is refused.",
    },
    ...planning,
    snapshotTimeout,
  ],
  examples: [{ command: "npm run export -- app.sqlite -o crossing", does: "Everything that the other side needs." }],
};

export const IMPORT: Verb = {
  name: "import",
  steps: STEPS,
  summary: "The second half: loads a directory that export made, with the same proof.",
  positionals: [
    { name: "DIR", description: "The directory that export made." },
    { name: "TARGET", optional: true, description: "The same as --target." },
  ],
  options: [
    target,
    verify,
    jobs,
    { name: "resume", description: "Go on with the run that was broken off." },
    reportDir,
  ],
  examples: [
    { command: "npm run import -- crossing --target postgresql://app@db.example.org/app", does: "Load and prove." },
  ],
};

export const REVERSE: Verb = {
  name: "reverse",
  steps: ["plan", "prepare", "copy", "finish", "verify", "report"],
  interrupted: "Nothing is left behind but a FILE.partial, which the next run replaces.",
  summary:
    "Back: PostgreSQL into a new SQLite file with the original's schema, by the plan that the target keeps, with the same proof.",
  positionals: [],
  options: [
    {
      name: "source",
      value: "URL",
      description: "The PostgreSQL to read, where --target names the file: postgresql://user@host:port/database.",
    },
    {
      name: "target",
      value: "URL",
      default: "LANDBRIDGE_TARGET, else the embedded PostgreSQL",
      description: "The PostgreSQL to read; or, as sqlite:///path, the file to make.",
    },
    { name: "output", short: "o", value: "FILE", description: "The SQLite file to make." },
    { ...schema, description: "The PostgreSQL schema that the tables are in." },
    {
      name: "of",
      value: "NAME",
      description: "Where several SQLite files were loaded into the schema: the name of the one to make again.",
    },
    { name: "force", description: "Replace the file where it is there already." },
    verify,
    { name: "validate", description: "The same as --verify full." },
    jobs,
    reportDir,
  ],
  examples: [
    { command: "npm run reverse -- -o app.sqlite", does: "From the embedded PostgreSQL." },
    {
      command: "npm run reverse -- --target postgresql://app@db.example.org/app -o app.sqlite",
      does: "From a server of your own.",
    },
    {
      command: "npm run reverse -- --source postgresql://app@db.example.org/app --target sqlite:///app.sqlite",
      does: "The same, with both as URLs.",
    },
  ],
};

export const VERBS: readonly Verb[] = [INSPECT, PLAN, MIGRATE, VERIFY, REVERSE, EXPORT, IMPORT];
