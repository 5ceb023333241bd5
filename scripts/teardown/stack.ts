/** Which stack is meant, and what stands of it. */
import { resolve } from "node:path";
import { usageError } from "../../src/errors.ts";
import { sourcePath } from "../../src/source/location.ts";
import type { Target } from "../../src/target/model.ts";
import { parseTarget } from "../../src/target/url.ts";
import type { VerbRun } from "../cli/exit.ts";
import { ROOT } from "../stack/find.ts";
import {
  listStacks,
  type Outputs,
  readConfig,
  readOutputs,
  readResources,
  type StackResource,
} from "../stack/outputs.ts";
import type { Cli } from "../stack/pulumi.ts";

export interface Standing {
  readonly name: string;
  /** Empty where everything is gone already. */
  readonly resources: readonly StackResource[];
  readonly outputs: Outputs;
  /** As its owner; null where the stack does not know the password, or its last update was not finished: that leaves no outputs. */
  readonly target: Target | null;
  /** The server's own, where it has one. */
  readonly container: string | null;
  /** The engine that the stack names; null: the CLI's. */
  readonly dockerHost: string | null;
  readonly database: string;
  readonly schema: string;
  /** The live SQLite file; null for the sample, or where nothing was copied. */
  readonly sqlite: string | null;
}

/**
 * null where there is no such stack; the names that there are.
 * @throws LandbridgeError STACK_NOT_NAMED (usage) where nobody says which, and it is not "dev"
 */
export const findStack = async (
  cli: Cli,
  { given, environment }: VerbRun,
): Promise<{ readonly standing: Standing | null; readonly wanted: string; readonly known: readonly string[] }> => {
  const stacks = await listStacks(cli);
  const wanted = given.text("stack") ?? stacks.find(({ current }) => current)?.name ?? "dev";
  const known = stacks.map(({ name }) => name);
  const name = known.find((each) => each === wanted || each.split("/").at(-1) === wanted);
  if (name === undefined && given.text("stack") === undefined && known.length > 0)
    throw usageError({
      code: "STACK_NOT_NAMED",
      message: "No stack is named, and none is selected.",
      remedy: `Say which: npm run teardown -- --stack ${known.length === 1 ? known[0] : `NAME (${known.join(", ")})`}`,
    });
  if (name === undefined) return { standing: null, wanted, known };
  const resources = await readResources(cli, name);
  const outputs = resources.length === 0 ? {} : await readOutputs(cli, name);
  const named = given.text("target") ?? outputs.ownerUrl;
  const target = named === undefined ? null : parseTarget(named, { environment });
  const configured = (key: string): Promise<string | null> => readConfig(cli, name, key);
  const [source, schema] = [await configured("source"), await configured("schemaName")];
  return {
    wanted,
    known,
    standing: {
      ...{ name, resources, outputs, target },
      container: outputs.container ?? serverContainer(resources),
      dockerHost: await configured("dockerHost"),
      database: outputs.database ?? (await configured("database")) ?? "app",
      schema: outputs.schema ?? schema ?? "public",
      sqlite: source === null || source === "sample" || source === "none" ? null : resolve(ROOT, sourcePath(source)),
    },
  };
};

/** Whether an earlier teardown has taken the server away already: what was dumped then is all that there is. */
export const serverIsGone = ({ resources, outputs: { kind, container } }: Standing): boolean => {
  if (kind === "docker")
    return !resources.some(({ type, inputs }) => type === CONTAINER && inputs?.["name"] === container);
  return kind === "aws" && !resources.some(({ type }) => type === INSTANCE);
};

/** By the name that the program gives it; companions have other ones. */
const serverContainer = (resources: readonly StackResource[]): string | null => {
  const server = resources.find(({ type, urn }) => type === CONTAINER && urn.endsWith("::database-container"));
  const name = server?.inputs?.["name"];
  return typeof name === "string" ? name : null;
};

/** Whoever asks the engine asks the stack's: on another one a container of the same name is somebody else's. */
export const engineEnvironment = ({ dockerHost }: Standing, { environment }: VerbRun): VerbRun["environment"] =>
  dockerHost === null ? environment : { ...environment, DOCKER_HOST: dockerHost };

const CONTAINER = "docker:index/container:Container";
const INSTANCE = "aws:rds/instance:Instance";

/** Names of the final snapshots that Amazon makes when the instances go. */
export const finalSnapshots = (resources: readonly StackResource[]): readonly string[] =>
  resources
    .filter(({ type }) => type === INSTANCE)
    .flatMap(({ inputs = {} }) => {
      const { finalSnapshotIdentifier: name, skipFinalSnapshot: skipped } = inputs as Record<string, unknown>;
      return typeof name === "string" && skipped !== true ? [name] : [];
    });
