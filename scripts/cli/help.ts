/** `--help`, rendered from a verb's table; the verbs' pages in docs/ hold the same text. */
import { wrap } from "../../src/report/grid.ts";
import { type OptionRow, optionsOf, type Verb } from "./arguments.ts";

const WIDTH = 100;

export const EXIT_CODES: readonly (readonly [number, string])[] = [
  [0, "done and proven"],
  [1, "failed"],
  [2, "wrong usage"],
  [3, "done, with differences or rejected rows listed"],
  [4, "refused before anything was touched"],
];

/** The whole help text, ending in a line break. */
export const renderHelp = (verb: Verb): string => {
  const { positionals, environment = [], examples } = verb;
  const options = optionsOf(verb).filter(({ hidden }) => !hidden);
  const usage = positionals.map(usageOf).join("");
  return [
    `npm run ${verb.name} --${usage} [options]`,
    "",
    ...wrap(verb.summary, WIDTH),
    ...(positionals.length === 0 ? [] : ["", "Arguments"]),
    ...entries(positionals.map(({ name, description }) => [name, description])),
    "",
    "Options",
    ...entries(options.map((row) => [flagWords(row), description(row)])),
    ...(environment.length === 0 ? [] : ["", "Environment"]),
    ...entries(environment.map(({ name, description }) => [name, description])),
    "",
    "Examples",
    ...examples.flatMap(({ command, does }) => [`  ${command}`, `      ${does}`]),
    "",
    "Exit codes",
    ...EXIT_CODES.map(([code, meaning]) => `  ${code}  ${meaning}`),
    "",
  ].join("\n");
};

const usageOf = ({ name, optional, many }: Verb["positionals"][number]): string => {
  const words = many ? `${name} …` : name;
  return optional ? ` [${words}]` : ` ${words}`;
};

const flagWords = ({ name, short, value }: OptionRow): string =>
  `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;

const description = ({ description: text, default: fallback }: OptionRow): string =>
  fallback === undefined ? text : `${text} Default: ${fallback}.`;

const entries = (pairs: readonly (readonly [string, string])[]): string[] => {
  const width = Math.max(0, ...pairs.map(([name]) => name.length)) + 4;
  return pairs.flatMap(([name, text]) => wrap(`  ${name.padEnd(width - 2)}${text}`, WIDTH, " ".repeat(width)));
};
