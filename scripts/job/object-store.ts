/**
 * S3 as the place where a snapshot waits for its crossing, and where reports are kept. The job's credentials and region are those
 * of its environment: in a task they are the task's role.
 */
import type { S3Client } from "@aws-sdk/client-s3";
import { fetchObject } from "./download.ts";
import { parseObjectAddress } from "./object-address.ts";
import { sendFile } from "./upload.ts";

/**
 * A client by the environment's own credentials and region; the module is loaded where it is needed alone, since it takes as
 * long to load as everything else together.
 */
export const objectStore = async (
  where: { readonly region?: string; readonly profile?: string } = {},
): Promise<S3Client> => {
  const { S3Client } = await import("@aws-sdk/client-s3");
  // An endpoint of one's own has neither a name nor a certificate for bucket.host.
  const own = Object.keys(process.env).some((name) => /^AWS_ENDPOINT_URL(?:_S3)?$/.test(name));
  return new S3Client({ ...where, ...(own ? { forcePathStyle: true } : {}) });
};

/** @throws LandbridgeError OBJECT_STORE, SNAPSHOT_NO_SPACE (refused), SOURCE_URL_UNKNOWN (usage) */
export const download = async (
  address: string,
  file: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<void> => {
  const client = await objectStore();
  try {
    await fetchObject({ client, from: parseObjectAddress(address), file, signal });
  } finally {
    client.destroy();
  }
};

/** @throws LandbridgeError OBJECT_STORE, SOURCE_URL_UNKNOWN (usage) */
export const upload = async (file: string, address: string): Promise<void> => {
  const client = await objectStore();
  try {
    await sendFile(client, file, parseObjectAddress(address));
  } finally {
    client.destroy();
  }
};
