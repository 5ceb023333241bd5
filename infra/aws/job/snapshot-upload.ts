/** The snapshot's way into the bucket as a resource of the stack: never at preview, and not again where it is there already. */
import { type CustomResourceOptions, dynamic, type Input, type Output } from "@pulumi/pulumi";
import { lateProvider } from "../../dynamic.ts";

export interface SnapshotUploadArgs {
  readonly bucket: Input<string>;
  readonly region: Input<string>;
  /** Of ~/.aws; empty: as the environment says. */
  readonly profile: string;
  /** The finished snapshot on this machine. */
  readonly path: Input<string>;
  readonly sha256: Input<string>;
  readonly bytes: Input<number>;
  /** What the copy is about: it looks for the snapshot whenever it runs, and snapshots in the bucket expire. */
  readonly copy: Readonly<Record<string, Input<string | number>>>;
}

export class SnapshotUpload extends dynamic.Resource {
  /** `s3://bucket/snapshots/<sha256>.sqlite` */
  declare readonly address: Output<string>;

  constructor(name: string, args: SnapshotUploadArgs, opts: CustomResourceOptions) {
    const inputs = { ...args, address: undefined };
    // 100 GB at 100 Mbit/s are more than two hours.
    const customTimeouts = { create: "12h", update: "12h" };
    const provider = lateProvider("infra/aws/job/upload.ts");
    super(provider, name, inputs, { ...opts, customTimeouts }, "landbridge", "SnapshotUpload");
  }
}
