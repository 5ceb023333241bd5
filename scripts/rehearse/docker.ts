/** A rehearsal as a stack of its own on a Docker engine: what production will do, from `pulumi up` to `pulumi destroy`. */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { $ } from "zx";
import { LandbridgeError } from "../../src/errors.ts";
import type { Mark } from "../../src/rehearsal/prediction.ts";
import { ledgerMarks } from "../../src/rehearsal/window.ts";
import type { RunReport } from "../../src/report/model.ts";
import { connect } from "../../src/target/connect.ts";
import { freePort } from "../../src/target/embedded/free-port.ts";
import type { Target } from "../../src/target/model.ts";
import { otherDatabase } from "../../src/target/other-database.ts";
import { parseTarget } from "../../src/target/url.ts";
import type { VerbRun } from "../cli/exit.ts";
import { dockerThings, removeDockerThings } from "../stack/docker.ts";
import { containerDumper } from "../stack/dump.ts";
import { localBackend, ROOT } from "../stack/find.ts";
import { listStacks, type Outputs, readOutputs, readResources } from "../stack/outputs.ts";
import { type Cli, pulumiCli } from "../stack/pulumi.ts";
import { removeStack } from "../stack/remove.ts";
import type { RehearseOptions } from "./options.ts";
import type { Phase } from "./phases.ts";
import type { Stage, Standing } from "./stage.ts";

export interface DockerOptions {
  readonly options: RehearseOptions;
  /** Of the stack, and of everything that is made on the engine. */
  readonly name: string;
  readonly phase: Phase;
}

/** Where the project keeps the snapshots of its stacks. */
const SNAPSHOTS = join(ROOT, ".landbridge/snapshots");

/**
 * The stack is never protected, and its state is in this project whatever backend the user has: a rehearsal leaves no trace in a
 * shared one.
 */
export const dockerStage = async ({ options, name, phase }: DockerOptions, run: VerbRun): Promise<Stage> => {
  const cli = await pulumiCli(run.environment, localBackend(run.environment, options.settings.home));
  const before = snapshotsNow();
  return {
    kind: "docker",
    removal: removalOf(cli, name),
    stand: () => stand(cli, { options, name, phase }, run),
    destroy: async () => [...(await destroy(cli, name, run)), ...removeSnapshots(before)],
  };
};

const removalOf = ({ backend }: Cli, name: string): string =>
  `PULUMI_BACKEND_URL=${backend.display} npm run teardown -- --stack ${name} --yes --no-dump --remove`;

const stand = async (cli: Cli, { options, name, phase }: DockerOptions, run: VerbRun): Promise<Standing> => {
  const { signal } = run;
  const { writers, readers } = options;
  for (const left of (await listStacks(cli)).filter((stack) => stack.name.startsWith("rehearse-")))
    run.note(`An earlier rehearsal was left standing; to remove it: ${removalOf(cli, left.name)}`);
  await cli.show(["stack", "init", name, "--no-select"], { signal });
  const wanted: Readonly<Record<string, string>> = {
    environment: "dev",
    protect: "false",
    source: options.settings.source,
    schemaName: options.settings.config.schema ?? "public",
    container: name,
    port: String(await freePort()),
    // The load's sessions, and some for the checks beside them.
    maxConnections: String(Math.max(100, writers + readers + 40)),
    ...(options.configFile === null ? {} : { sourceConfig: options.configFile }),
    ...acceptOf(options),
    ...options.stackConfig,
  };
  const pairs = Object.entries(wanted).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
  await cli.ask(["config", "set-all", "--stack", name, ...pairs], { signal });
  await phase("up", () =>
    cli.show(["up", "--yes", "--skip-preview", "--non-interactive", "--stack", name], { signal }),
  );
  return standing(await readOutputs(cli, name), name, run);
};

const acceptOf = ({ settings: { config } }: RehearseOptions): { readonly accept?: string } =>
  config.accept === undefined ? {} : { accept: Array.isArray(config.accept) ? config.accept.join(",") : config.accept };

const standing = async (outputs: Outputs, name: string, run: VerbRun): Promise<Standing> => {
  const { ownerUrl, url, container, snapshot, copy } = outputs;
  if (ownerUrl === undefined || url === undefined || container === undefined || !snapshot || !copy)
    throw new LandbridgeError({
      code: "STACK_OUTPUTS",
      message: `Stack ${name} is up but does not say where its database is, or what was copied.`,
      remedy: "This is a defect of Landbridge; please report it.",
    });
  const owner = parseTarget(ownerUrl);
  const report = readReport(copy.report ?? "");
  return {
    target: owner,
    applicationUrl: url,
    snapshot: snapshot.path,
    report,
    marks: new Map([["copy", await marksOf(owner)]]),
    freshDatabase: async (database) => {
      await createInContainer(container, database, owner.config.user ?? "", run);
      const target = otherDatabase(owner, database);
      const address = new URL(ownerUrl);
      address.pathname = `/${database}`;
      return { target, url: address.href };
    },
    dumper: containerDumper(container, run.environment),
  };
};

const marksOf = async (owner: Target): Promise<readonly Mark[]> => {
  const client = await connect(owner, "rehearsal ledger");
  try {
    return await ledgerMarks(client);
  } finally {
    await client.end();
  }
};

/** The job's own report, as JSON beside whichever form the outputs name. */
const readReport = (path: string): RunReport => {
  const file = resolve(ROOT, path.replace(/\.(txt|html)$/, ".json"));
  return JSON.parse(readFileSync(file, "utf8")) as RunReport;
};

/** By the server's own superuser over the container's socket: the owner of the tables may not make databases. */
const createInContainer = async (container: string, database: string, owner: string, run: VerbRun): Promise<void> => {
  const words = ["exec", "--user", "postgres", container];
  const options = { env: { ...run.environment }, nothrow: true, quiet: true, signal: run.signal };
  await $(options)`docker ${words} dropdb --force --if-exists ${database}`;
  const made = await $(
    options,
  )`docker ${words} createdb --owner ${owner} --template template0 --encoding UTF8 ${database}`;
  if (made.exitCode === 0) return;
  throw new LandbridgeError({
    code: "REHEARSAL_DATABASE",
    message: `No database for the application's tests could be made: ${made.stderr.trim()}`,
    remedy: "See the container's log: docker logs of its name.",
  });
};

/** Whatever state the stack is in; without a signal, so that Ctrl-C does not keep it from being removed. */
const destroy = async (cli: Cli, name: string, run: VerbRun): Promise<readonly string[]> => {
  const gone: string[] = [];
  const known = await listStacks(cli);
  if (known.some((stack) => stack.name.split("/").at(-1) === name)) {
    // An update that was ended leaves its lock.
    await cli.ask(["cancel", "--yes", "--stack", name]).catch(() => "");
    const resources = await readResources(cli, name);
    await cli.show(["destroy", "--yes", "--skip-preview", "--non-interactive", "--stack", name]);
    await removeStack(cli, name);
    gone.push(`stack ${name} with ${resources.length} resources`);
  }
  rmSync(join(ROOT, `Pulumi.${name}.yaml`), { force: true });
  rmSync(join(ROOT, `.env.${name}`), { force: true });
  // What was being made when the update ended is on the engine, but not in the state.
  const left = await dockerThings(run.environment, [name, `landbridge-${name}`]);
  const stuck = await removeDockerThings(run.environment, left);
  if (stuck.length > 0)
    throw new Error(`still on the engine: ${stuck.map(({ kind, name: it }) => `${kind} ${it}`).join(", ")}`);
  return [...gone, ...left.map(({ kind, name: it }) => `${kind} ${it}`)];
};

const snapshotsNow = (): ReadonlySet<string> => new Set(existsSync(SNAPSHOTS) ? readdirSync(SNAPSHOTS) : []);

/** The rehearsal's own snapshot; those of other stacks stay. */
const removeSnapshots = (before: ReadonlySet<string>): readonly string[] => {
  const made = [...snapshotsNow()].filter((file) => !before.has(file));
  for (const file of made) rmSync(join(SNAPSHOTS, file), { recursive: true, force: true });
  return made.length === 0 ? [] : [`the snapshot in ${dirname(SNAPSHOTS)}`];
};
