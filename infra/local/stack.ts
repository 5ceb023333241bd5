/** A stack on a Docker engine: the server in a container, then the job, here or in a container beside it. */
import { log, output } from "@pulumi/pulumi";
import { Job } from "../job/job.ts";
import { localPlace } from "../job/local-place.ts";
import { commonOutputs, poolOf, type StackOutputs } from "../outputs.ts";
import { followsPreparedStatements } from "../pool/pgbouncer.ts";
import type { DockerSettings } from "../settings/targets.ts";
import type { CommonSettings } from "../settings.ts";
import { stackSource } from "../source.ts";
import { versionWarning } from "../tuning/versions.ts";
import { readDockerHost } from "./docker-host.ts";
import { serverImage } from "./image.ts";
import { LocalPostgres } from "./local-postgres.ts";
import { PGBOUNCER_VERSION } from "./pgbouncer.ts";

/** @throws LandbridgeError STACK_CONFIG (usage) for settings that do not fit each other */
export const localStack = async (settings: CommonSettings & DockerSettings): Promise<StackOutputs> => {
  const { cores, image, pgbouncerPort } = settings;
  const untried = versionWarning(serverImage(image).majorVersion);
  if (untried !== null) await log.warn(untried);
  const pool = poolOf(settings, { cores, reserved: "postgres", pooled: pgbouncerPort !== null });
  const source = await stackSource(settings.source);
  const dockerHost = await readDockerHost(settings.dockerHost);
  const endpoint = new LocalPostgres("database", { settings, dockerHost });
  const snapshot = source?.snapshot ?? null;
  const place = localPlace("job", {
    settings,
    docker: { host: dockerHost, provider: endpoint.provider },
    network: endpoint.inside.network,
    snapshot,
  });
  const job = new Job("job", { endpoint, settings, snapshot, place });
  const pooler = {
    host: "127.0.0.1",
    port: pgbouncerPort ?? 0,
    sslmode: "disable",
    followsPreparedStatements: followsPreparedStatements(PGBOUNCER_VERSION),
  } as const;
  return {
    ...commonOutputs({
      settings,
      endpoint,
      job,
      snapshot,
      pool,
      ...(pgbouncerPort === null ? {} : { pooler: output(pooler) }),
    }),
    container: endpoint.container,
    network: endpoint.inside.network,
    volume: endpoint.volume,
    ...(endpoint.pgadminPassword === undefined ? {} : { pgadminPassword: endpoint.pgadminPassword }),
  };
};
