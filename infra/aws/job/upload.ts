/** Uploads a snapshot. Loaded by the dynamic provider of SnapshotUpload, in a process of Pulumi's. */
import { objectStore } from "../../../scripts/job/object-store.ts";
import { uploadSnapshot } from "../../../scripts/job/upload.ts";
import { formatBytes } from "../../../src/report/words.ts";
import type { LateProvider, Properties } from "../../dynamic.ts";

interface Inputs {
  readonly bucket: string;
  readonly region: string;
  readonly profile: string;
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly copy: Properties;
}

export const provider: LateProvider = {
  triggers: ["bucket", "sha256", "copy"],
  create: async (properties) => {
    const { bucket, region, profile, path, sha256, bytes, copy } = properties as unknown as Inputs;
    const client = await objectStore({ region, ...(profile === "" ? {} : { profile }) });
    try {
      const { key, reused } = await uploadSnapshot(client, bucket, { path, sha256, bytes });
      const address = `s3://${bucket}/${key}`;
      console.log(`snapshot: ${formatBytes(bytes)} ${reused ? "are there already" : "uploaded"}: ${address}`);
      return { id: address, outs: { bucket, sha256, copy, address } };
    } finally {
      client.destroy();
    }
  },
};
