/**
 * The first thing before the volume: the engine gives an existing volume to whoever asks for one of its name, such as a stack of the
 * same name in another checkout. Two servers on one volume destroy the data: in two containers, neither sees that the other runs.
 */
import { type CustomResourceOptions, dynamic, type Input } from "@pulumi/pulumi";
import { lateProvider } from "../dynamic.ts";

export interface VolumeClaimArgs {
  readonly dockerHost: Input<string>;
  readonly volume: string;
  readonly container: string;
  /** The stack's own word, which its container bears as a label: by it a container is told from another stack's. */
  readonly owner: Input<string>;
}

/** Of the server's container. */
export const OWNER_LABEL = "landbridge.owner";

export class VolumeClaim extends dynamic.Resource {
  constructor(name: string, args: VolumeClaimArgs, opts: CustomResourceOptions) {
    super(lateProvider("infra/local/claim-volume.ts"), name, { ...args }, opts, "landbridge", "VolumeClaim");
  }
}
