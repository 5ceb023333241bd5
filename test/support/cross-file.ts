/** One whole crossing of a SQLite file, in this process, judged by the oracle. */
import type { Client } from "pg";
import { migrate } from "../../src/migrate.ts";
import type { Config } from "../../src/plan/config.ts";
import type { RunReport } from "../../src/report/model.ts";
import { parseSettings } from "../../src/settings.ts";
import type { Target } from "../../src/target/model.ts";
import { consult, type OracleVerdict } from "./oracle.ts";

export interface CrossOptions {
  readonly target: Target;
  /** A superuser's session in the same database. */
  readonly admin: Client;
  readonly schema: string;
  /** Where snapshots and reports go. */
  readonly directory: string;
  readonly config?: Config;
  readonly jobs?: number;
  readonly batchSize?: number;
}

export interface Crossed {
  readonly report: RunReport;
  /** null where nothing was loaded. */
  readonly verdict: OracleVerdict | null;
}

const zonesOf = ({ zone, tables = {} }: Config): number[] =>
  [zone, ...Object.values(tables).flatMap(({ columns = {} }) => Object.values(columns).map((column) => column.zone))]
    .map((each) => /^([+-])(\d\d):(\d\d)$/.exec(each ?? ""))
    .filter((parts) => parts !== null)
    .map(([, sign, hours, minutes]) => (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)));

/** Migrates and asks the oracle about what arrived. The oracle reads the very file, so nobody may write to it meanwhile. */
export const crossFile = async (path: string, options: CrossOptions): Promise<Crossed> => {
  const { target, admin, schema, directory, config = {}, jobs = 1, batchSize } = options;
  const settings = parseSettings({ source: path, schema, cwd: directory, environment: {}, cores: 1 });
  const report = await migrate(
    {
      ...settings,
      target,
      jobs,
      batchSize: batchSize ?? null,
      config: { ...config, schema },
    },
    { emit: () => undefined, signal: new AbortController().signal },
  );
  if (report.exitCode !== 0 && report.exitCode !== 3) return { report, verdict: null };
  const verdict = await consult({
    path,
    client: admin,
    schema,
    runId: report.runId,
    tables: report.tables,
    added: report.objects.added ?? [],
    leftOut: (table, column) => config.tables?.[table]?.search?.[column] !== undefined,
    policies: {
      nul: config.text?.nul ?? "reject",
      invalid: config.text?.invalid ?? "reject",
      json: config.json?.invalid ?? "text",
      mixed: (config.accept?.length ?? 0) > 0 || config.tables !== undefined,
      zones: zonesOf(config),
      empty: (table, column) => config.tables?.[table]?.columns?.[column]?.empty === "null",
    },
  });
  return { report, verdict };
};

/** What exit code 3 rests on, in the report's own words; empty for a run that should have ended with 0. */
export const troublesOf = (report: RunReport): string[] => [
  ...report.tables.filter(({ rowsRejected }) => rowsRejected > 0).map(({ name }) => `${name}: rejected rows`),
  ...report.tables.filter(({ proof }) => proof === "different").map(({ name }) => `${name}: different`),
  ...report.constraints.others.map(({ table, name, state }) => `${table}.${name}: ${state}`),
  ...report.sequences.filter(({ state }) => state !== "ok").map(({ table, state }) => `${table}: sequence ${state}`),
  ...report.objects.others.map(({ name, state }) => `${name}: ${state}`),
  ...report.findings.filter(({ severity }) => severity === "error").map(({ code, where }) => `${code} ${where}`),
];
