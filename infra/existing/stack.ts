/** A stack on a server that is there already: nothing but the job. */
import { Provider } from "@pulumi/docker";
import { Job } from "../job/job.ts";
import { localPlace } from "../job/local-place.ts";
import { readDockerHost } from "../local/docker-host.ts";
import { commonOutputs, poolOf, type StackOutputs } from "../outputs.ts";
import type { ExistingSettings } from "../settings/targets.ts";
import type { CommonSettings } from "../settings.ts";
import { stackSource } from "../source.ts";
import { ExistingPostgres } from "./existing-postgres.ts";

/** Nobody here knows the server's cores; a pool for these suits the smallest that are rented out. */
const CORES = 2;

/** @throws LandbridgeError STACK_CONFIG (usage) for settings that do not fit each other */
export const existingStack = async (settings: CommonSettings & ExistingSettings): Promise<StackOutputs> => {
  const pool = poolOf(settings, { cores: CORES, reserved: "postgres", pooled: false });
  const source = await stackSource(settings.source);
  const endpoint = new ExistingPostgres("database", { settings });
  const snapshot = source?.snapshot ?? null;
  const needsEngine = settings.job === "container" || settings.schema.by === "command";
  const place = localPlace("job", { settings, docker: needsEngine ? await engine() : null, network: null, snapshot });
  const job = new Job("job", { endpoint, settings, snapshot, place });
  return commonOutputs({ settings, endpoint, job, snapshot, pool });
};

const engine = async () => {
  const host = await readDockerHost(null);
  return { host, provider: new Provider("docker", { host }) };
};
