/** From flags and environment to the engine's settings; the only reader of LANDBRIDGE_TARGET. */
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { usageError } from "../../src/errors.ts";
import { parseSettings, SAMPLE_ID, type Settings, type SettingsInput } from "../../src/settings.ts";
import { sourcePath } from "../../src/source/location.ts";
import type { Arguments, Verb } from "./arguments.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface Place {
  readonly cwd: string;
  readonly environment: Environment;
}

/**
 * Settings of a verb that takes one source. `fallbackSource` is asked for a source where none is given.
 * @throws LandbridgeError (exit 2)
 */
export const settingsOf = (verb: Verb, given: Arguments, place: Place, fallbackSource?: () => string): Settings =>
  settingsOfEach(verb, given, place, fallbackSource)[0]!;

/**
 * Settings of a verb, for each source that is given: several go into the same schema.
 * @throws LandbridgeError (exit 2)
 */
export const settingsOfEach = (
  verb: Verb,
  given: Arguments,
  place: Place,
  fallbackSource?: () => string,
): readonly Settings[] => {
  const { sources, target } = placed(verb, given.positionals);
  const named = only(verb, "source", sources[0], has(verb, "source") ? given.text("source") : undefined);
  if (sources.length < 2) {
    const source = named ?? fallbackSource?.() ?? missing(verb);
    return [settingsFor(verb, given, place, { source, sourceId: named === undefined ? SAMPLE_ID : undefined, target })];
  }
  const together = namesTogether(verb, given, sources);
  return sources.map((source) => settingsFor(verb, given, place, { source, target, together }));
};

const has = ({ options }: Verb, name: string): boolean => options.some((row) => row.name === name);

type Named = Pick<SettingsInput, "source" | "sourceId" | "target" | "together">;

const settingsFor = (verb: Verb, given: Arguments, { cwd, environment }: Place, named: Named): Settings => {
  const text = (name: string): string | undefined => (has(verb, name) ? given.text(name) : undefined);
  const flag = (name: string): boolean | undefined => (has(verb, name) ? given.flag(name) : undefined);
  const list = (name: string): readonly string[] | undefined => (has(verb, name) ? given.list(name) : undefined);
  return parseSettings({
    ...named,
    target: has(verb, "target")
      ? (only(verb, "target", named.target, text("target")) ?? fromEnvironment(environment))
      : undefined,
    config: text("config"),
    plan: text("plan"),
    schema: text("schema"),
    names: text("names"),
    accept: list("accept")?.flatMap((codes) => codes.split(",")),
    verify: flag("validate") ? "full" : text("verify"),
    jobs: text("jobs"),
    batchSize: text("batch-size"),
    tables: list("table"),
    resume: flag("resume"),
    intoExisting: flag("into-existing"),
    onConflict: text("on-conflict"),
    replace: flag("replace"),
    noBackup: flag("no-backup"),
    snapshotTimeout: text("snapshot-timeout"),
    dryRun: flag("dry-run"),
    reportDir: text("report-dir"),
    cwd,
    environment,
    cores: availableParallelism(),
  });
};

/** A URL, but none of a SQLite file's. */
const OTHER_URL = /^(?!sqlite|file:)[a-z][a-z0-9+.-]*:\/\//i;

/** Of several arguments the last one may be the target: it is a URL, as no source is. */
const placed = (
  { positionals }: Verb,
  given: readonly string[],
): { readonly sources: readonly string[]; readonly target: string | undefined } => {
  const several = positionals.some(({ many }) => many);
  const last = given.at(-1);
  if (several && (given.length < 2 || last === undefined || !OTHER_URL.test(last)))
    return { sources: given, target: undefined };
  return several ? { sources: given.slice(0, -1), target: last } : { sources: given.slice(0, 1), target: given[1] };
};

/** By its file name a source is known in the ledger and in landbridge.yaml; what names one file's plan or tables is not for several. */
const namesTogether = (verb: Verb, given: Arguments, sources: readonly string[]): readonly string[] => {
  const names = sources.map((source) => basename(sourcePath(source)));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw usageError({
      code: "SOURCES_SAME_NAME",
      message: `Two of the files are called "${twice}"; in the ledger a source is known by its file name.`,
      remedy: "Give one of them another name, or each a schema of its own with --schema.",
    });
  for (const flag of ["plan", "table"])
    if (has(verb, flag) && (given.text(flag)?.length ?? 0) > 0)
      throw usageError({
        code: "FLAG_INVALID",
        message: `--${flag} is about one file, and ${sources.length} are named.`,
        remedy: `Give the files one after the other, each with its own --${flag}; \`sources\` in landbridge.yaml names those that belong together.`,
      });
  return names;
};

const fromEnvironment = (environment: Environment): string | undefined =>
  environment["LANDBRIDGE_TARGET"] === "" ? undefined : environment["LANDBRIDGE_TARGET"];

/** What to say where a DATABASE_URL lies about that somebody may believe to be the target; else null. */
export const strayDatabaseUrl = (settings: Settings, environment: Environment): string | null =>
  settings.target === null && (environment["DATABASE_URL"] ?? "") !== ""
    ? "DATABASE_URL is set but never taken for a target; the embedded PostgreSQL is used (see --target)."
    : null;

const only = (
  verb: Verb,
  flag: string,
  positional: string | undefined,
  value: string | undefined,
): string | undefined => {
  if (positional === undefined || value === undefined) return positional ?? value;
  throw usageError({
    code: "ARGUMENTS_UNEXPECTED",
    message: `The ${flag} is given twice, as an argument and by --${flag}.`,
    remedy: `Give it once; see npm run ${verb.name} -- --help`,
  });
};

const missing = (verb: Verb): never => {
  const { name } = verb.positionals[0]!;
  throw usageError({
    code: "ARGUMENT_MISSING",
    message: `${verb.name} needs ${name}.`,
    remedy: `${verb.examples[0]!.command}; see npm run ${verb.name} -- --help`,
  });
};
