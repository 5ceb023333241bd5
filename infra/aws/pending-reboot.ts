/** The resource that says whether an instance waits for a reboot, and reboots it where the configuration asks for that. */
import { config } from "@pulumi/aws";
import { type CustomResourceOptions, dynamic, type Input, type Output } from "@pulumi/pulumi";
import { lateProvider } from "../dynamic.ts";

export interface PendingRebootArgs {
  readonly instance: Input<string>;
  readonly region: Input<string>;
  /** Of the parameters that only a reboot brings into effect: where it changes, there is something to look at. */
  readonly fingerprint: Input<string>;
  readonly reboot: boolean;
}

export class PendingReboot extends dynamic.Resource {
  declare readonly pendingReboot: Output<boolean>;

  constructor(name: string, args: PendingRebootArgs, opts: CustomResourceOptions) {
    const inputs = { ...args, profile: config.profile ?? "", pendingReboot: undefined };
    // A reboot waits for an instance that is busy, and that may be turning into a Multi-AZ one.
    const customTimeouts = { create: "150m", update: "150m" };
    super(
      lateProvider("infra/aws/reboot.ts"),
      name,
      inputs,
      { ...opts, customTimeouts },
      "landbridge",
      "PendingReboot",
    );
  }
}
