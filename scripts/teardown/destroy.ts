/** Lifts the protection and destroys, from whatever point an interrupted one has left. */
import type { VerbRun } from "../cli/exit.ts";
import { dockerThings } from "../stack/docker.ts";
import { readResources, type StackResource } from "../stack/outputs.ts";
import type { Cli } from "../stack/pulumi.ts";
import { removeStack } from "../stack/remove.ts";
import { engineEnvironment, type Standing } from "./stack.ts";

const UPDATE = ["--yes", "--skip-preview", "--non-interactive"];

/**
 * Protected resources alone are updated: the rest of the stack would look for a changed source, and might copy again what is about
 * to be destroyed. On AWS that update also takes the instance's own deletion protection away.
 */
export const liftProtection = async (cli: Cli, { name, resources }: Standing, { signal }: VerbRun): Promise<void> => {
  const guarded = resources.filter(isGuarded);
  // A stack on a server that was there already has nothing to protect, and its program refuses the key.
  if (guarded.length === 0) return;
  await cli.ask(["config", "set", "--stack", name, "protect", "false"], { signal });
  const targets = guarded.flatMap(({ urn }) => ["--target", urn]);
  // The program may not run any more, such as without the SQLite file: that counts where Amazon holds a resource back, too.
  await cli.show(["up", ...UPDATE, "--suppress-outputs", "--stack", name, ...targets], { signal }).catch((error) => {
    signal.throwIfAborted();
    if (guarded.some(isHeldByAmazon)) throw error;
  });
  // A resource that the program does not make any more is not reached by an update.
  if ((await readResources(cli, name)).some(({ protect }) => protect))
    await cli.ask(["state", "unprotect", "--all", "--yes", "--stack", name], { signal });
};

const isHeldByAmazon = ({ inputs = {} }: StackResource): boolean =>
  (inputs as Record<string, unknown>)["deletionProtection"] === true;

const isGuarded = (resource: StackResource): boolean => resource.protect === true || isHeldByAmazon(resource);

export const destroyStack = async (cli: Cli, { name }: Standing, run: VerbRun): Promise<void> => {
  await cli.show(["destroy", ...UPDATE, "--stack", name], { signal: run.signal });
};

/** The configuration without what lifts the protection, which holds where nothing is said. */
export const protectAgain = async (cli: Cli, name: string): Promise<void> => {
  await cli.ask(["config", "rm", "--stack", name, "protect"]).catch(() => "");
};

/** The configuration as it was; or nothing of the stack at all. */
export const tidy = (cli: Cli, name: string, remove: boolean): Promise<void> =>
  remove ? removeStack(cli, name) : protectAgain(cli, name);

/** What the engine still holds under the stack's names. */
export const leftOnEngine = async (standing: Standing, run: VerbRun): Promise<readonly string[]> => {
  const { name, outputs } = standing;
  if (outputs.kind !== "docker") return [];
  const stack = name.split("/").at(-1)!;
  const names = [`landbridge-${stack}`, ...[outputs.container, outputs.volume].filter((each) => each !== undefined)];
  const things = await dockerThings(engineEnvironment(standing, run), names);
  return things.map(({ kind, name: it }) => `${kind} ${it}`);
};
