/** The way back, as `npm run reverse` goes it, and what its report says may differ from the file that went there. */
import { migrate } from "../../src/migrate.ts";
import type { Config } from "../../src/plan/config.ts";
import type { RunReport } from "../../src/report/model.ts";
import { reverse } from "../../src/reverse/reverse.ts";
import { parseSettings } from "../../src/settings.ts";
import type { Target } from "../../src/target/model.ts";
import type { Comparison, Leniency } from "./there-and-back.ts";

export interface BackOptions {
  readonly target: Target;
  readonly schema: string;
  readonly directory: string;
  readonly force?: boolean;
  readonly of?: string | null;
  readonly jobs?: number;
  readonly signal?: AbortSignal;
}

/** The way there, without the oracle: whether that arrived is asked elsewhere. */
export const goThere = (
  path: string,
  config: Config,
  { target, schema, directory, jobs = 1 }: BackOptions,
): Promise<RunReport> => {
  const settings = parseSettings({ source: path, schema, cwd: directory, environment: {}, cores: 1 });
  return migrate(
    { ...settings, target, jobs, config: { ...config, schema } },
    { emit: () => undefined, signal: new AbortController().signal },
  );
};

/** Makes the file at `output` (in `directory` where it is relative). */
export const goBack = (
  output: string,
  { target, schema, directory, force = false, of = null, jobs = 1, signal = new AbortController().signal }: BackOptions,
): Promise<RunReport> => {
  const settings = parseSettings({ source: output, schema, cwd: directory, environment: {}, cores: 1 });
  return reverse({ ...settings, target, jobs }, { force, of }, { emit: () => undefined, signal });
};

/** Only what the report names may differ, and only so far. @param config of the way there */
export const allowedBy = (report: RunReport, config: Config): Comparison => {
  const types = new Map<string, string>(
    report.tables.flatMap(({ name, columns }) =>
      columns.map(({ source, type }): [string, string] => [`${name}.${source}`, type]),
    ),
  );
  const lenient = new Map<string, Leniency>();
  for (const { code, where } of report.findings) {
    if (code === "REVERSE_JSON_RESPELLED") lenient.set(where, "json");
    if (code === "REVERSE_SPELLING_LOST") lenient.set(where, "spelling");
    if (code === "REVERSE_STORAGE_CLASS_MERGED") lenient.set(where, leniencyOf(types.get(where) ?? "", config));
  }
  const empty = report.findings.filter(({ code }) => code === "REVERSE_SEARCH_EMPTY").map(({ where }) => where);
  return { lenient, empty: new Set(empty) };
};

const leniencyOf = (type: string, { text }: Config): Leniency => {
  if (type === "double precision" || type.startsWith("numeric")) return "number";
  return type === "bytea" && (text?.nul === "bytea" || text?.invalid === "bytea") ? "bytes" : "text";
};
