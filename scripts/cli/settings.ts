/** From flags and environment to the engine's settings; the only reader of LANDBRIDGE_TARGET. */
import { availableParallelism } from "node:os";
import { usageError } from "../../src/errors.ts";
import { parseSettings, SAMPLE_ID, type Settings } from "../../src/settings.ts";
import type { Arguments, Verb } from "./arguments.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface Place {
  readonly cwd: string;
  readonly environment: Environment;
}

/**
 * Settings of a verb. `fallbackSource` is asked for a source where none is given.
 * @throws LandbridgeError (exit 2)
 */
export const settingsOf = (
  verb: Verb,
  given: Arguments,
  { cwd, environment }: Place,
  fallbackSource?: () => string,
): Settings => {
  const has = (name: string): boolean => verb.options.some((row) => row.name === name);
  const text = (name: string): string | undefined => (has(name) ? given.text(name) : undefined);
  const flag = (name: string): boolean | undefined => (has(name) ? given.flag(name) : undefined);
  const list = (name: string): readonly string[] | undefined => (has(name) ? given.list(name) : undefined);
  const [first, second] = given.positionals;
  const named = only(verb, "source", first, text("source"));
  return parseSettings({
    source: named ?? fallbackSource?.() ?? missing(verb),
    sourceId: named === undefined ? SAMPLE_ID : undefined,
    target: has("target") ? (only(verb, "target", second, text("target")) ?? fromEnvironment(environment)) : undefined,
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
