/** Flags and positionals of a verb, by one table per verb; what the table does not know is an error with a suggestion. */
import { parseArgs } from "node:util";
import { usageError } from "../../src/errors.ts";
import type { Step } from "../../src/events.ts";
import { nearest } from "../../src/plan/nearest.ts";
import { redact } from "./redact.ts";

export interface OptionRow {
  /** Without dashes. */
  readonly name: string;
  readonly short?: string;
  /** What stands for the value in the help; absent: a switch. */
  readonly value?: string;
  /** For the help alone: what holds where the flag is not given. */
  readonly default?: string;
  readonly description: string;
  /** May be given more than once. */
  readonly multiple?: boolean;
  readonly hidden?: boolean;
}

interface Positional {
  readonly name: string;
  readonly optional?: boolean;
  /** May be given more than once. */
  readonly many?: boolean;
  readonly description: string;
}

export interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly positionals: readonly Positional[];
  readonly options: readonly OptionRow[];
  /** What it reads from the environment, for a job that nobody gives flags to. */
  readonly environment?: readonly { readonly name: string; readonly description: string }[];
  /** What Ctrl-C leads to, where that is not the same command going on. */
  readonly interrupted?: string;
  /** The steps of the story that it goes through, for its progress; absent: none. */
  readonly steps?: readonly Step[];
  readonly examples: readonly { readonly command: string; readonly does: string }[];
}

export interface Arguments {
  readonly positionals: readonly string[];
  readonly text: (name: string) => string | undefined;
  readonly list: (name: string) => readonly string[] | undefined;
  readonly flag: (name: string) => boolean;
}

/** The verb's own flags and those that every verb has; only one with steps has progress that could be more verbose. */
export const optionsOf = ({ options, steps }: Verb): readonly OptionRow[] => [
  ...options,
  { name: "json", description: "One JSON document on stdout and nothing else there." },
  ...(steps === undefined
    ? []
    : [{ name: "verbose", description: "Tell about every note, retry and finding as it comes." }]),
  { name: "help", short: "h", description: "Show this help." },
];

/**
 * Parses what follows the verb on the command line.
 * @throws LandbridgeError (exit 2) UNKNOWN_FLAG, FLAG_INVALID or ARGUMENTS_UNEXPECTED
 */
export const parseArguments = (verb: Verb, argv: readonly string[]): Arguments => {
  const rows = optionsOf(verb);
  const { values, positionals } = parse(verb, rows, argv);
  const extra = verb.positionals.some(({ many }) => many) ? undefined : positionals[verb.positionals.length];
  if (extra !== undefined)
    throw usageError({
      code: "ARGUMENTS_UNEXPECTED",
      message: `"${redact(extra)}" is one argument too many.`,
      remedy: `${verb.name} takes ${verb.positionals.map(({ name }) => name).join(" and ") || "no arguments"}; see npm run ${verb.name} -- --help`,
    });
  const known = (name: string): string => {
    if (!rows.some((row) => row.name === name)) throw new Error(`verb ${verb.name} has no option ${name}`);
    return name;
  };
  return {
    positionals,
    text: (name) => values[known(name)] as string | undefined,
    list: (name) => values[known(name)] as string[] | undefined,
    flag: (name) => values[known(name)] === true,
  };
};

const parse = (verb: Verb, rows: readonly OptionRow[], argv: readonly string[]): ReturnType<typeof parseArgs> => {
  const options = Object.fromEntries(
    rows.map(({ name, short, value, multiple = false }) => [
      name,
      { type: value === undefined ? ("boolean" as const) : ("string" as const), multiple, ...(short ? { short } : {}) },
    ]),
  );
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") throw unknownFlag(verb, rows, /'(-[^']*)'/.exec(message)?.[1] ?? "");
    if (!code?.startsWith("ERR_PARSE_ARGS")) throw error;
    throw usageError({
      code: "FLAG_INVALID",
      message: redact(message.split("\n")[0]!),
      remedy: `See npm run ${verb.name} -- --help`,
    });
  }
};

const unknownFlag = (verb: Verb, rows: readonly OptionRow[], flag: string): Error => {
  const names = rows.filter(({ hidden }) => !hidden).map(({ name }) => name);
  const guess = nearest(flag.replace(/^-+/, ""), names);
  return usageError({
    code: "UNKNOWN_FLAG",
    message: `${verb.name} has no flag ${redact(flag)}.`,
    remedy: `${guess === null ? "" : `Did you mean --${guess}? `}See npm run ${verb.name} -- --help`,
  });
};
