/** The way back, step by step; each may be interrupted and the whole given again. */
import { existsSync, statSync } from "node:fs";
import { ExitCode } from "../../src/errors.ts";
import { hashFile } from "../../src/source/hash.ts";
import type { Outcome, VerbRun } from "../cli/exit.ts";
import type { Cli } from "../stack/pulumi.ts";
import { confirmTeardown, refuseUnattended } from "./confirm.ts";
import { destroyStack, leftOnEngine, liftProtection, protectAgain, tidy } from "./destroy.ts";
import { keepDump, saySince } from "./keep.ts";
import { finalSnapshots, findStack, type Standing, serverIsGone } from "./stack.ts";

/** What is said at the end, and under `--json`. */
interface Teardown {
  readonly stack: string;
  readonly status: "destroyed" | "nothing-to-do";
  readonly since: string | null;
  readonly dump: string | null;
  readonly finalSnapshots: readonly string[];
  readonly sqlite: { readonly path: string; readonly sha256Before: string; readonly sha256After: string } | null;
  readonly left: readonly string[];
}

export const teardown = async (cli: Cli, run: VerbRun): Promise<Outcome> => {
  const { given, note } = run;
  const { standing, wanted, known } = await findStack(cli, run);
  if (standing === null)
    return nothing(
      wanted,
      `There is no stack ${wanted} in ${cli.backend.display} (${known.join(", ") || "none at all"}): nothing to do.`,
    );
  if (standing.resources.length === 0) {
    await tidy(cli, standing.name, given.flag("remove"));
    return nothing(
      standing.name,
      `Stack ${standing.name} is destroyed already${given.flag("remove") ? "; the stack itself is gone now, too" : ""}.`,
    );
  }
  refuseUnattended(given.flag("yes"));
  const before = await hashOf(standing.sqlite);
  const since = await agreedKnowing(standing, run);
  const dumped = given.flag("no-dump") ? null : await keepDump(standing, run);
  if (dumped !== null) note(dumped.words);
  try {
    await liftProtection(cli, standing, run);
    await destroyStack(cli, standing, run);
  } catch (error) {
    // What is still there is protected again by the next update.
    await protectAgain(cli, standing.name);
    throw error;
  }
  await tidy(cli, standing.name, given.flag("remove"));
  const after = await hashOf(standing.sqlite);
  const document: Teardown = {
    ...{ stack: standing.name, status: "destroyed", since, dump: dumped?.file ?? null },
    finalSnapshots: finalSnapshots(standing.resources),
    sqlite:
      before === null || after === null ? null : { path: standing.sqlite!, sha256Before: before, sha256After: after },
    left: await leftBehind(standing, run, dumped?.file ?? null),
  };
  return { exitCode: ExitCode.DONE, document, text: words(document, given.flag("remove")) };
};

/**
 * Says what came in and asks. The question may wait for hours in which the application writes on: it is looked at again after the
 * answer, and dumped only then.
 * @returns what came in, in words
 * @throws LandbridgeError CONFIRMATION (usage)
 */
const agreedKnowing = async (standing: Standing, { given, note, signal }: VerbRun): Promise<string> => {
  const { words: asked } = await saySince(standing);
  note(asked);
  if (given.flag("no-dump")) note("No dump is made, as asked.");
  if (given.flag("yes")) return asked;
  if (!given.flag("no-dump") && !serverIsGone(standing))
    note("After the answer it is dumped; without a dump nothing is destroyed.");
  await confirmTeardown(standing.outputs.database ?? standing.name, signal);
  const { words: answered } = await saySince(standing);
  if (answered !== asked) note(`While the question waited, that has changed. ${answered}`);
  return answered;
};

const nothing = (stack: string, text: string): Outcome => {
  const document: Teardown = {
    ...{ stack, status: "nothing-to-do", since: null, dump: null },
    ...{ finalSnapshots: [], sqlite: null, left: [] },
  };
  return { exitCode: ExitCode.DONE, document, text };
};

/** Of the file's own bytes; null where there is none. Nothing here holds SQLite's locks on it. */
const hashOf = async (path: string | null): Promise<string | null> =>
  path !== null && existsSync(path) && statSync(path).isFile() ? hashFile(path) : null;

const leftBehind = async (standing: Standing, run: VerbRun, dump: string | null): Promise<readonly string[]> => {
  const { snapshot, kind, database } = standing.outputs;
  return [
    ...(dump === null ? [] : [`the dump ${dump}`]),
    ...(snapshot && existsSync(snapshot.path) ? [`the snapshot that was copied, ${snapshot.path}`] : []),
    ...(kind === "existing"
      ? [`the database ${database} with what is in it: its server was there before the stack`]
      : []),
    ...(await leftOnEngine(standing, run)),
  ];
};

const words = ({ stack, sqlite, left, finalSnapshots: finals }: Teardown, removed: boolean): string =>
  [
    `Stack ${stack} is destroyed${removed ? " and removed" : "; its history and configuration stay (--remove takes them away)"}.`,
    ...(sqlite === null ? [] : [sqliteWords(sqlite)]),
    ...finals.map((name) => `Amazon keeps the final snapshot ${name}.`),
    ...left.map((thing) => `Left: ${thing}.`),
  ].join("\n");

const sqliteWords = ({ path, sha256Before, sha256After }: NonNullable<Teardown["sqlite"]>): string =>
  sha256Before === sha256After
    ? `${path} is as it was, byte for byte (SHA-256 ${sha256After}).`
    : `${path} was written by somebody else meanwhile (SHA-256 ${sha256Before} before, ${sha256After} now); this verb only reads it.`;
