/** The arguments and flags of `npm run rehearse`. */
import type { Verb } from "../cli/arguments.ts";

export const REHEARSE: Verb = {
  name: "rehearse",
  summary:
    "The whole move, tried on a copy of the newest backup and thrown away: provisions, copies, proves, puts both databases under load, tests the way back, predicts the window of production, and ends with a go / no-go report against the thresholds of landbridge.yaml. Exit code 0 is go, 3 is no-go.",
  interrupted: "What the rehearsal has made is taken away, which may take a minute.",
  positionals: [],
  options: [
    {
      name: "source",
      value: "FILE",
      description: "The backup: a SQLite file, a directory or a pattern, of which the newest file is taken.",
    },
    {
      name: "target",
      value: "WHERE",
      default: "docker",
      description:
        "docker: a stack of its own with pulumi up; embedded: the PostgreSQL of npm, without Docker or Pulumi.",
    },
    {
      name: "config",
      value: "FILE",
      description: "A landbridge.yaml; its section rehearsal: holds load, queries and thresholds.",
    },
    { name: "schema", value: "NAME", default: "public", description: "The PostgreSQL schema that the tables go to." },
    { name: "accept", value: "WHAT", multiple: true, description: "“suggestions”, or single finding codes." },
    {
      name: "queries",
      value: "FILE",
      description: "The application's own queries: a YAML list as in rehearsal.queries, or a .sql file.",
    },
    {
      name: "test",
      value: "COMMAND",
      description:
        "The application's own tests, run with DATABASE_URL of the rehearsal and TEST_DATABASE_URL of a fresh database.",
    },
    {
      name: "probe",
      value: "URL",
      description: "The application's health check, asked every second while --test runs.",
    },
    { name: "seconds", value: "N", default: "60", description: "How long each database is put under load." },
    { name: "writers", value: "N", default: "25", description: "Sessions that write at the same time." },
    { name: "readers", value: "N", default: "25", description: "Sessions that read meanwhile." },
    {
      name: "production-bytes",
      value: "SIZE",
      default: "the source's size",
      description: "Of production's file, for the window: 80GB, 123456789, or 3x the source.",
    },
    {
      name: "set",
      value: "KEY=VALUE",
      multiple: true,
      description: "Configuration of the rehearsal's stack, as pulumi config set takes it: image, memory, schema …",
    },
    { name: "keep", description: "Leave everything standing and say how to remove it." },
    { name: "report-dir", value: "DIR", default: "reports", description: "Where reports go." },
  ],
  examples: [
    { command: "npm run rehearse -- --source ./latest-backup.sqlite", does: "A stack of its own, gone at the end." },
    {
      command: "npm run rehearse -- --source ./backups --target embedded --seconds 10",
      does: "The newest backup, without Docker.",
    },
    {
      command:
        "npm run rehearse -- --source app.db --queries queries.sql --test 'npm test' --probe http://localhost:8000/health",
      does: "With the application's own queries and tests.",
    },
  ],
};
