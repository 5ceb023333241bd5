/** What came in after the copy: said, and kept in a dump that can be read back. */
import { accessSync, constants, mkdirSync, readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { LandbridgeError, messageOf, refusal } from "../../src/errors.ts";
import { counted, formatBytes } from "../../src/report/words.ts";
import { stampOf } from "../../src/stamp.ts";
import { connect } from "../../src/target/connect.ts";
import { readServerFacts } from "../../src/target/facts.ts";
import { describeForeignWrites } from "../../src/target/foreign-writes.ts";
import type { Target } from "../../src/target/model.ts";
import { parseTarget } from "../../src/target/url.ts";
import { writtenSince } from "../../src/written-since.ts";
import type { VerbRun } from "../cli/exit.ts";
import { containerDumper, type Dumped, type Dumper, localDumper } from "../stack/dump.ts";
import { engineEnvironment, type Standing, serverIsGone } from "./stack.ts";

/** A sentence; `known` is false where nobody could look. */
export interface Since {
  readonly known: boolean;
  readonly words: string;
}

/** Says what the copy did not put there. A server that does not answer is told, not thrown: the way back must not depend on it. */
export const saySince = async (standing: Standing): Promise<Since> => {
  const { target, schema } = standing;
  if (serverIsGone(standing)) return { known: false, words: "The server is gone already." };
  if (target === null)
    return {
      known: false,
      words: "What came in after the copy is not known: the stack has no address that can be reached from here.",
    };
  try {
    const { run, tables } = await writtenSince(target, schema);
    const loaded = run === null ? "Landbridge has loaded nothing there. " : "";
    const words =
      tables.length === 0
        ? `Nothing came into schema ${schema} after the copy.`
        : `After the copy, ${describeForeignWrites(tables)}.`;
    return { known: true, words: `${loaded}${words}` };
  } catch (error) {
    if (!(error instanceof LandbridgeError)) throw error;
    return { known: false, words: `What came in after the copy is not known: ${error.message}` };
  }
};

/**
 * What is kept of the database, in words: a new dump, or that of an earlier teardown which was interrupted after it.
 * @throws LandbridgeError DUMP_IMPOSSIBLE (refused), DUMP_FAILED
 */
export const keepDump = async (
  standing: Standing,
  run: VerbRun,
): Promise<{ readonly file: string; readonly words: string }> => {
  if (!serverIsGone(standing)) {
    const dumped = await dumpStack(standing, run);
    return { file: dumped.file, words: dumpWords(dumped) };
  }
  const file = newestDump(standing, run);
  if (file === null) throw impossible("the server is gone already, and no dump of this stack is there");
  return { file, words: `The server is gone already; the dump that was made before is kept: ${file}.` };
};

const dumpDirectory = ({ given, cwd }: VerbRun): string => resolve(cwd, given.text("dump-dir") ?? "dumps");

const newestDump = ({ name }: Standing, run: VerbRun): string | null => {
  const directory = dumpDirectory(run);
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return null;
  // Another stack's name may begin with this one's.
  const dumps = readdirSync(directory).filter(
    (file) =>
      file.startsWith(`${basename(name)}_`) && /^\d{8}_\d{6}\.dump$/.test(file.slice(basename(name).length + 1)),
  );
  const newest = dumps.sort().at(-1);
  return newest === undefined ? null : join(directory, newest);
};

/** `dumps/<stack>_<stamp>.dump`, readable by this user alone. @throws LandbridgeError DUMP_IMPOSSIBLE (refused), DUMP_FAILED */
const dumpStack = async (standing: Standing, run: VerbRun): Promise<Dumped> => {
  const { container, database, name } = standing;
  // Inside the container nothing of the address counts but the database's name.
  const target =
    standing.target ?? (container === null ? null : parseTarget(`postgresql:///${encodeURIComponent(database)}`));
  if (target === null) throw impossible("the stack has no address of its database that can be reached from here");
  const dumper = await dumperFor(target, container, engineEnvironment(standing, run));
  if ("unavailable" in dumper) throw impossible(dumper.unavailable);
  return dumper.dump(target, join(madeDirectory(run), `${basename(name)}_${stampOf(new Date())}.dump`));
};

/** @throws LandbridgeError DUMP_IMPOSSIBLE (refused) where it cannot be made or written to */
const madeDirectory = (run: VerbRun): string => {
  const directory = dumpDirectory(run);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.W_OK | constants.X_OK);
    return directory;
  } catch (error) {
    throw impossible(
      `nothing can be written to ${directory} (${messageOf(error)})`,
      "Name a directory of yours with --dump-dir, or say --no-dump.",
    );
  }
};

const dumpWords = ({ file, bytes, objects }: Dumped): string =>
  `Dumped to ${file} (${formatBytes(bytes)}, ${counted(objects, "entry", "entries")}; pg_restore reads it).`;

const dumperFor = async (
  target: Target,
  container: string | null,
  environment: VerbRun["environment"],
): Promise<Dumper | { readonly unavailable: string }> => {
  if (container !== null) return containerDumper(container, environment);
  const client = await connect(target, "dump");
  try {
    const { versionNumber } = await readServerFacts(client);
    return localDumper(Math.floor(versionNumber / 10_000), environment);
  } finally {
    await client.end();
  }
};

const impossible = (
  why: string,
  remedy = "Name the database with --target (npm run tunnel opens a way to a private one), or say --no-dump.",
): LandbridgeError =>
  refusal({
    code: "DUMP_IMPOSSIBLE",
    message: `No dump can be made: ${why}.`,
    remedy,
  });
