/** The job's steps on this machine, or on the Docker engine that the stack uses. */
import { join } from "node:path";
import { Image, type Provider } from "@pulumi/docker";
import type { Input, Output, Resource } from "@pulumi/pulumi";
import { ROOT } from "../root.ts";
import type { DockerSettings, ExistingSettings } from "../settings/targets.ts";
import type { CommonSettings } from "../settings.ts";
import { REPORTS, SNAPSHOT } from "./container/place.ts";
import type { JobPlace, Placement } from "./job.ts";
import type { Snapshot } from "./snapshot.ts";
import type { JobStep } from "./step.ts";

export interface LocalPlaceArgs {
  readonly settings: CommonSettings & (DockerSettings | ExistingSettings);
  /** null: no engine is needed, since every step is a process. */
  readonly docker: { readonly host: string; readonly provider: Provider } | null;
  /** Of the database's container; null where it has none. */
  readonly network: Input<string> | null;
  readonly snapshot: Snapshot | null;
}

/** From the project's directory, as for every verb. */
const REPORT_DIRECTORY = "reports";

export const localPlace = (name: string, args: LocalPlaceArgs): JobPlace => {
  const { settings, snapshot } = args;
  const inContainer = settings.job === "container";
  let image: Input<string> | null = settings.jobImage;
  const placement = (step: JobStep, parent: Resource): Placement => {
    if (step.name === "command") return contained(args, step, commandOf(settings));
    if (!inContainer) return { runner: "process", place: {} };
    // One image for both steps.
    image ??= builtImage(name, args, parent);
    return contained(args, step, { image, command: [] });
  };
  return {
    ...(snapshot === null ? {} : { source: inContainer ? SNAPSHOT : snapshot.path }),
    reports: inContainer ? REPORTS : join(ROOT, REPORT_DIRECTORY),
    isInside: (step) => inContainer || step === "command",
    placement,
  };
};

const commandOf = ({ schema }: CommonSettings) =>
  schema.by === "command" ? { image: schema.image, command: schema.command } : { image: "", command: [] };

const contained = (
  { settings, docker, network, snapshot }: LocalPlaceArgs,
  step: JobStep,
  { image, command }: { readonly image: Input<string>; readonly command: readonly string[] },
): Placement => ({
  runner: "container",
  place: {
    stack: settings.stack,
    dockerHost: docker?.host ?? "",
    image,
    network: network ?? "",
    command: JSON.stringify(command),
    snapshot: step.name === "copy" && snapshot !== null ? snapshot.path : "",
    reports: REPORT_DIRECTORY,
  },
});

/** From the Dockerfile of this checkout. A new image alone runs nothing again: it is part of no step's triggers. */
const builtImage = (name: string, { settings, docker }: LocalPlaceArgs, parent: Resource): Output<string> => {
  const image = new Image(
    `${name}-image`,
    {
      imageName: `landbridge-job:${settings.stack}`,
      build: { context: ROOT, dockerfile: join(ROOT, "Dockerfile"), platform: "" },
      skipPush: true,
    },
    { parent, ...(docker === null ? {} : { provider: docker.provider }) },
  );
  return image.imageName;
};
