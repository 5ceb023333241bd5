/** A volume that a finished file is written into through the engine's API, wherever the engine is. */
import { createReadStream } from "node:fs";
import type { Shell } from "zx";
import { LandbridgeError } from "../../../src/errors.ts";
import { MOUNT, REPORTS, SNAPSHOT } from "./place.ts";

interface Filling {
  readonly volume: string;
  /** Any image that has a shell. */
  readonly image: string;
  readonly snapshot: string;
  readonly stack: string;
}

/** For everybody in there to read, since the job's user has another number in each image; and a place to leave reports in. */
const RECEIVE = `cat > ${SNAPSHOT} && chmod 0444 ${SNAPSHOT} && mkdir -p -m 1777 ${REPORTS}`;

/** @throws LandbridgeError CONTAINER_FAILED */
export const fillVolume = async (docker: Shell, { volume, image, snapshot, stack }: Filling): Promise<void> => {
  await docker`docker volume create --label ${`landbridge.stack=${stack}`} ${volume}`;
  const options = ["--rm", "--interactive", "--network", "none", "--user", "0:0", "--volume", `${volume}:${MOUNT}`];
  const receive = ["--entrypoint", "sh", image, "-c", RECEIVE];
  const { ok, stderr } = await docker({ input: createReadStream(snapshot) })`docker run ${options} ${receive}`;
  if (ok) return;
  throw new LandbridgeError({
    code: "CONTAINER_FAILED",
    message: `The snapshot could not be written into a volume of the Docker engine: ${stderr.trim()}`,
    remedy: "Check the engine's free space (docker system df) and the job's image, then run pulumi up again.",
  });
};
