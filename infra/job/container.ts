/**
 * Runs a step in a container, by the Docker CLI. The engine may be on another machine, so files go through its API into a
 * volume of the step's own; nothing of this machine is mounted. Afterwards container and volume are gone.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { $, type ProcessPromise, type Shell } from "zx";
import { LandbridgeError, messageOf } from "../../src/errors.ts";
import { type ContainerPlace, MOUNT, REPORTS, readPlace } from "./container/place.ts";
import { fillVolume } from "./container/volume.ts";
import { type Runner, StepLog, type StepRequest, type StepResult } from "./runner.ts";
import { scriptArguments } from "./script.ts";
import { stepTimeout } from "./timeout.ts";

/** Finds what an interrupted update has left running: the same step with the same triggers. */
const KEY_LABEL = "landbridge.step";
/** The copy ends its slices and says how to go on; a Fargate task has as long. */
const STOP_SECONDS = 120;

/** @throws LandbridgeError STEP_TIMEOUT, CONTAINER_FAILED */
export const run: Runner = async (request, tell) => {
  const place = readPlace(request.place);
  const docker = $({ quiet: true, nothrow: true, env: { ...process.env, DOCKER_HOST: place.dockerHost } });
  let container = await leftOver(docker, request.key);
  if (container !== null) tell(`Container ${container} of an interrupted update is there; its end is awaited.`);
  try {
    container ??= await start(docker, place, request);
    return await watch(docker, container, place, request, tell);
  } finally {
    await docker`docker rm --force --volumes ${container ?? nameOf(request)}`;
    await docker`docker volume rm ${volumeOf(request)}`;
  }
};

const nameOf = ({ step, key }: StepRequest): string => `landbridge-${step}-${key.slice(0, 12)}`;
const volumeOf = nameOf;

/** Done, and done with differences, as ECS counts (infra/job/ecs): the copy is there, and another try would only say so again. */
const ENDED_WELL: readonly string[] = ["0", "3"];

/** One that runs, or has ended well meanwhile; what else is left of an earlier try is in the way of the next. */
const leftOver = async (docker: Shell, key: string): Promise<string | null> => {
  const format = "{{.ID}} {{.State}}";
  const found = await must(docker`docker ps --all --filter ${`label=${KEY_LABEL}=${key}`} --format ${format}`);
  for (const line of found.split("\n").filter((each) => each !== "")) {
    const [id = "", state = ""] = line.split(" ");
    const exitCode = state === "exited" ? await must(docker`docker inspect --format {{.State.ExitCode}} ${id}`) : "";
    if (state === "running" || ENDED_WELL.includes(exitCode)) return id;
    await docker`docker rm --force --volumes ${id}`;
  }
  return null;
};

const start = async (docker: Shell, place: ContainerPlace, request: StepRequest): Promise<string> => {
  const { environment, secrets, step, key } = request;
  const volume = volumeOf(request);
  if (place.snapshot !== "") await fillVolume(docker, { ...place, volume });
  const values = { ...environment, ...secrets };
  // Names alone: the CLI takes the values from its own environment, so that none is in an argument list, nor in a file.
  const names = Object.keys(values).flatMap((name) => ["--env", name]);
  const options = [
    ...["--name", nameOf(request), "--label", `${KEY_LABEL}=${key}`, "--label", `landbridge.stack=${place.stack}`],
    ...(place.network === "" ? [] : ["--network", place.network]),
    ...(place.snapshot === "" ? [] : ["--volume", `${volume}:${MOUNT}`]),
    // As process 1, Node would miss a stop that comes while it starts.
    ...["--init", "--security-opt", "no-new-privileges:true", "--add-host", "host.docker.internal:host-gateway"],
  ];
  const command = step === "command" ? place.command : ["node", ...scriptArguments(step)];
  const withValues = docker({ env: { ...process.env, DOCKER_HOST: place.dockerHost, ...values } });
  const created = withValues`docker create ${options} ${names} ${place.image} ${command}`;
  const container = await must(created);
  await must(docker`docker start ${container}`);
  return container;
};

const watch = async (
  docker: Shell,
  container: string,
  place: ContainerPlace,
  { step, timeoutSeconds, root }: StepRequest,
  tell: (line: string) => void,
): Promise<StepResult> => {
  const log = new StepLog(tell);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    void docker`docker stop --time ${STOP_SECONDS} ${container}`.then();
  }, timeoutSeconds * 1000);
  const logs = docker({ stdio: ["ignore", "pipe", "pipe"] })`docker logs --follow ${container}`;
  const heard = [logs.stdout, logs.stderr].map(async (stream) => {
    for await (const line of createInterface({ input: stream })) log.line(line);
  });
  const ended = async (): Promise<number> => {
    await Promise.all([logs, ...heard]);
    return Number(await must(docker`docker wait ${container}`));
  };
  const exitCode = await ended().finally(() => clearTimeout(timer));
  if (timedOut) throw stepTimeout(step, timeoutSeconds);
  const result = log.end(step, exitCode);
  return result.report.startsWith(REPORTS) ? await bringReports(docker, container, place, root, result) : result;
};

/** The reports go where this machine keeps them; a copy that has been proven does not fail for want of them. */
const bringReports = async (
  docker: Shell,
  container: string,
  place: ContainerPlace,
  root: string,
  result: StepResult,
) => {
  const directory = join(root, place.reports);
  try {
    await mkdir(directory, { recursive: true });
    await must(docker`docker cp ${container}:${REPORTS}/. ${directory}`);
    return { ...result, report: result.report.replace(REPORTS, directory) };
  } catch (error) {
    const summary = `${result.summary} (its report could not be fetched: ${messageOf(error)})`;
    return { ...result, report: "", summary };
  }
};

/** What the CLI printed. @throws LandbridgeError CONTAINER_FAILED */
const must = async (call: ProcessPromise): Promise<string> => {
  const { ok, stdout, stderr } = await call;
  if (ok) return stdout.trim();
  throw new LandbridgeError({
    code: "CONTAINER_FAILED",
    message: `Docker: ${stderr.trim()}`,
    remedy: "Check the engine (docker info), the image's name and the network, then run pulumi up again.",
  });
};
