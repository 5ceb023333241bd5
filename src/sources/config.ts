/** What landbridge.yaml says of one file, where it speaks of several that go into one schema. */
import { usageError } from "../errors.ts";
import type { Config } from "../plan/config.ts";
import { nearest } from "../plan/nearest.ts";

/**
 * The configuration of one file: what is said of it, before what is said for all. Without `sources` it is what it was.
 * @param sourceName the file's name, by which `sources` and the ledger know it
 * @throws LandbridgeError SOURCE_NOT_LISTED (usage) for a file that `sources` does not have
 */
export const configOf = ({ sources, ...shared }: Config, sourceName: string): Config => {
  if (sources === undefined) return shared;
  const own = Object.hasOwn(sources, sourceName) ? sources[sourceName] : undefined;
  if (own === undefined) throw notListed(sourceName, Object.keys(sources));
  return {
    ...shared,
    ...own,
    ...(shared.text === undefined ? {} : { text: { ...shared.text, ...own.text } }),
    ...(shared.json === undefined ? {} : { json: { ...shared.json, ...own.json } }),
  };
};

/** The other files that may stand in the same schema: those that landbridge.yaml or the command line names with it. */
export const namesBeside = (
  { sources = {} }: Config,
  sourceName: string,
  together: readonly string[] = [],
): readonly string[] =>
  [...new Set([...Object.keys(sources), ...together])].filter((name) => name !== sourceName).sort();

const notListed = (sourceName: string, listed: readonly string[]) => {
  const guess = nearest(sourceName, listed);
  return usageError({
    code: "SOURCE_NOT_LISTED",
    message: `landbridge.yaml lists its files under \`sources\`, and "${sourceName}" is not among them.`,
    remedy: `${guess === null ? "" : `Did you mean "${guess}"? `}Files are listed by their names, without a directory: ${listed.join(", ")}.`,
  });
};
