/** The Docker network that the database and whatever works beside it share. */
import { Network } from "@pulumi/docker";
import { type CustomResourceOptions, type Output, output } from "@pulumi/pulumi";
import type { DockerSettings } from "../settings/targets.ts";
import type { CommonSettings } from "../settings.ts";

/** Gives its name: that of an existing one which is joined, or of one of the stack's own. */
export const joinedNetwork = (
  name: string,
  { network, stack }: Pick<CommonSettings & DockerSettings, "network" | "stack">,
  opts: CustomResourceOptions,
): Output<string> =>
  network === null
    ? new Network(
        `${name}-network`,
        { name: `landbridge-${stack}`, labels: [{ label: "landbridge.stack", value: stack }] },
        opts,
      ).name
    : output(network);
