/**
 * The first thing after the container: waits until the server answers, then gives its administrator the stack's password. The
 * password that the image is started with counts for an empty volume alone and never changes; so this also covers a volume that
 * is older than the stack, and renews the password without touching the container.
 */
import { type CustomResourceOptions, dynamic, type Input, type Output } from "@pulumi/pulumi";
import { lateProvider } from "../dynamic.ts";

export interface AdministratorArgs {
  readonly dockerHost: Input<string>;
  readonly container: Input<string>;
  /** A replaced container is waited for again. */
  readonly containerId: Input<string>;
  readonly password: Output<string>;
  readonly rotation: number;
}

export class Administrator extends dynamic.Resource {
  /** PostgreSQL's name for this very cluster, from when it was made: an emptied volume shows by it. */
  declare readonly cluster: Output<string>;

  constructor(name: string, args: AdministratorArgs, opts: CustomResourceOptions) {
    const inputs = { ...args, cluster: undefined };
    super(lateProvider("infra/local/set-password.ts"), name, inputs, opts, "landbridge", "Administrator");
  }
}
