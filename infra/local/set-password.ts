/** What makes an `Administrator`: loaded by its dynamic provider. Talks to the server by the container's own socket. */
import { setTimeout as sleep } from "node:timers/promises";
import { $, type Shell } from "zx";
import { LandbridgeError } from "../../src/errors.ts";
import { quoteLiteral } from "../../src/target/quote.ts";
import { scramVerifier } from "../../src/target/scram.ts";
import type { LateProvider, Properties } from "../dynamic.ts";

/**
 * Longer than recovery after a crash takes: it replays max_wal_size at most, some gigabytes, at tens of megabytes a second on a
 * slow disk. A server that dies is not waited for that long.
 */
const MOST_SECONDS = 600;
/** A container that starts for the fourth time will not do so otherwise the fifth time. */
const MOST_RESTARTS = 3;
const LOG_LINES = 15;

interface Inputs {
  readonly dockerHost: string;
  readonly container: string;
  readonly containerId: string;
  readonly password: string;
  readonly rotation: number;
}

const create = async (properties: Properties) => {
  const { dockerHost, container, containerId, password, rotation } = properties as unknown as Inputs;
  const docker = $({ quiet: true, nothrow: true, env: { ...process.env, DOCKER_HOST: dockerHost } });
  await untilReady(docker, container);
  const sql = `
    SET log_statement = 'none';
    SET log_min_duration_statement = -1;
    ALTER ROLE postgres PASSWORD ${quoteLiteral(scramVerifier(password))};
    SELECT system_identifier FROM pg_control_system();
  `;
  const psql = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "postgres"];
  const { ok, stdout, stderr } = await docker({ input: sql })`docker exec -i -u postgres ${container} ${psql}`;
  if (!ok) throw failure(container, `The administrator's password could not be set: ${stderr.trim()}`);
  return { id: container, outs: { container, containerId, rotation, cluster: stdout.trim() } };
};

export const provider: LateProvider = { triggers: ["container", "containerId", "rotation"], create };

const untilReady = async (docker: Shell, container: string): Promise<void> => {
  const deadline = performance.now() + MOST_SECONDS * 1000;
  for (;;) {
    // By TCP: the socket is there already while the image still makes the cluster.
    const ready = await docker`docker exec ${container} pg_isready -q -h 127.0.0.1`;
    if (ready.ok) return;
    const format = "{{.State.Status}} {{.RestartCount}}";
    // A plain `inspect` would find the stack's network, which has the same name.
    const { ok, stdout, stderr } = await docker`docker container inspect --format ${format} ${container}`;
    if (!ok) throw unseen(container, stderr.trim());
    const [status = "", restarts = ""] = stdout.trim().split(" ");
    if (["exited", "dead"].includes(status) || Number(restarts) > MOST_RESTARTS)
      throw failure(
        container,
        `PostgreSQL does not start in the container ${container}.${await lastLines(docker, container)}`,
      );
    if (performance.now() > deadline)
      throw failure(
        container,
        `PostgreSQL did not answer in the container ${container} for ${MOST_SECONDS} seconds.${await lastLines(docker, container)}`,
      );
    await sleep(500);
  }
};

const lastLines = async (docker: Shell, container: string): Promise<string> => {
  const { stdall } = await docker`docker logs --tail ${LOG_LINES} ${container}`;
  return stdall
    .trimEnd()
    .split("\n")
    .map((line) => `\n  | ${line}`)
    .join("");
};

const failure = (container: string, message: string): LandbridgeError =>
  new LandbridgeError({
    code: "CONTAINER_NOT_READY",
    message,
    remedy: `Do what the log says, or start a container that somebody has stopped (docker start ${container}); then run pulumi up again. The whole log: docker logs ${container}`,
  });

const unseen = (container: string, why: string): LandbridgeError =>
  new LandbridgeError({
    code: "CONTAINER_NOT_READY",
    message: `The container ${container} cannot be looked at: ${why}`,
    remedy:
      "Where somebody has removed it, run pulumi refresh, then pulumi up: a new one goes on with the data in the volume.",
  });
