/** What makes a `VolumeClaim`: loaded by its dynamic provider. Looks, and makes nothing. */
import { $ } from "zx";
import { LandbridgeError, refusal } from "../../src/errors.ts";
import type { LateProvider, Properties } from "../dynamic.ts";

/** As in volume-claim.ts, which this process must not load: Pulumi's SDK comes with it. */
const OWNER_LABEL = "landbridge.owner";

const create = async (properties: Properties) => {
  const { dockerHost, volume, container, owner } = properties as Readonly<Record<string, string>>;
  const docker = $({ quiet: true, nothrow: true, env: { ...process.env, DOCKER_HOST: dockerHost } });
  const format = `{{.Names}} {{.Label "${OWNER_LABEL}"}}`;
  // Also those that are stopped: one may be started at any time.
  const { ok, stdout, stderr } = await docker`docker ps --all --filter ${`volume=${volume}`} --format ${format}`;
  if (!ok) throw unasked(stderr.trim());
  const others = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(" "))
    // One of the stack's own name that bears no label was made before there were labels.
    .filter(([name, label = ""]) => label !== owner && !(label === "" && name === container));
  if (others.length > 0) throw taken(String(volume), others.map(([name]) => name).join(", "));
  return { id: String(volume), outs: { volume, container, owner } };
};

export const provider: LateProvider = { triggers: ["volume", "owner"], create };

const unasked = (why: string): LandbridgeError =>
  new LandbridgeError({
    code: "CONTAINER_FAILED",
    message: `Docker: ${why}`,
    remedy: "Check the engine (docker info), then run pulumi up again.",
  });

const taken = (volume: string, containers: string): LandbridgeError =>
  refusal({
    code: "VOLUME_TAKEN",
    message: `The volume ${volume} belongs to another container (${containers}): a stack of the same name, perhaps in another checkout.`,
    remedy: `Give this stack another name. Where it is this very stack, whose state was lost: docker rm --force ${containers} leaves the data in the volume; then run pulumi up again.`,
  });
