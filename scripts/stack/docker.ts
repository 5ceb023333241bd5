/** What of a stack the Docker engine holds: asked by name, and removed by name where a stack was interrupted before it knew of it. */
import { $ } from "zx";

type Environment = Readonly<Record<string, string | undefined>>;

const KINDS = ["container", "volume", "network"] as const;

export interface DockerThing {
  readonly kind: (typeof KINDS)[number];
  readonly name: string;
}

const docker = (environment: Environment, words: readonly string[]) =>
  $({ env: { ...environment }, nothrow: true, quiet: true })`docker ${[...words]}`;

/** Containers, volumes and networks whose names are these, or begin with one of them and a hyphen; none where no engine answers. */
export const dockerThings = async (
  environment: Environment,
  names: readonly string[],
): Promise<readonly DockerThing[]> => {
  const things: DockerThing[] = [];
  for (const kind of KINDS) {
    const list = kind === "container" ? ["--all", "--format", "{{.Names}}"] : ["--format", "{{.Name}}"];
    const { stdout } = await docker(environment, [kind, "ls", ...list]);
    for (const name of stdout.split("\n").filter((line) => line !== ""))
      if (names.some((own) => name === own || name.startsWith(`${own}-`))) things.push({ kind, name });
  }
  return things;
};

/** Removes them, containers first; what cannot be removed is left and told. @returns those that are still there */
export const removeDockerThings = async (
  environment: Environment,
  things: readonly DockerThing[],
): Promise<readonly DockerThing[]> => {
  const left: DockerThing[] = [];
  for (const thing of things) {
    const force = thing.kind === "container" ? ["--force", "--volumes"] : [];
    const { exitCode } = await docker(environment, [thing.kind, "rm", ...force, thing.name]);
    if (exitCode !== 0) left.push(thing);
  }
  return left;
};
