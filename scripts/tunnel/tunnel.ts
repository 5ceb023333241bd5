/** The tunnel from its preflight to its end. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { authorityOf } from "../../infra/aws/certificate.ts";
import { ExitCode, usageError } from "../../src/errors.ts";
import type { Outcome, VerbRun } from "../cli/exit.ts";
import type { Cli } from "../stack/pulumi.ts";
import { type Ecs, openBastion } from "./bastion.ts";
import { readTunnelPlace, type TunnelPlace } from "./place.ts";
import { holdSession } from "./session.ts";
import { needFreePort, needTools } from "./tools.ts";
import { openedText, routes, routesText, tunnelUrl } from "./words.ts";

/** One above PostgreSQL's own would be taken by the next server on this machine. */
const LOCAL_PORT = 15_432;

const IDLE = "Session Manager ends a session that nobody has used for twenty minutes; the same command opens another";

/** @param ecsOf a client for the stack's region; tests put their own in */
export const tunnel = async (
  cli: Cli,
  run: VerbRun,
  ecsOf: (place: TunnelPlace) => Promise<Ecs> = ecsClient,
): Promise<Outcome> => {
  const { given, environment, signal, note } = run;
  const place = await readTunnelPlace(cli, given.text("stack"));
  const localPort = portOf(given.text("port"));
  await needTools(environment);
  await needFreePort(localPort);
  const address = { place, localPort, rootCertificate: rootCertificate(run.cwd, place) };
  const document = {
    stack: place.stack,
    ownerUrl: tunnelUrl(address, place.owner),
    url: tunnelUrl(address, place.application),
    routes: routes(place.stack),
  };
  if (given.flag("check")) {
    const text = `Everything is there for the tunnel to stack ${place.stack}.\n${routesText(place.stack)}`;
    return { exitCode: ExitCode.DONE, document, text };
  }
  const bastion = await openBastion(await ecsOf(place), place, note, signal);
  try {
    await holdSession({ place, target: bastion.target, localPort, environment, signal }, () =>
      note(openedText(address)),
    );
  } finally {
    await bastion.end();
  }
  return { exitCode: ExitCode.DONE, document, text: `The tunnel is closed${signal.aborted ? "" : `: ${IDLE}`}.` };
};

const portOf = (text: string | undefined): number => {
  const port = text === undefined ? LOCAL_PORT : Number(text);
  if (/^\d+$/.test(text ?? "1") && port >= 1 && port <= 65_535) return port;
  throw usageError({
    code: "FLAG_INVALID",
    message: `--port "${text}" is not a port.`,
    remedy: "Name one from 1 to 65535, e.g. --port 15432.",
  });
};

/** The stack writes it at an update, on the machine of that update; here it may be missing. */
const rootCertificate = (cwd: string, { stack, region }: TunnelPlace): string | null => {
  const directory = join(cwd, ".landbridge");
  const file = join(directory, `${stack.split("/").at(-1)}-root.crt`);
  if (existsSync(file)) return file;
  const pem = authorityOf(region);
  if (pem === null) return null;
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, pem);
  return file;
};

const ecsClient = async ({ region, profile }: TunnelPlace): Promise<Ecs> => {
  const { ECSClient } = await import("@aws-sdk/client-ecs");
  const ecs = new ECSClient({ region, ...(profile === "" ? {} : { profile }) });
  return { ecs, sleep: (milliseconds) => sleep(milliseconds) };
};
