/** What a stopped task says of itself: how its container ended, or why it never began. */
import type { Task } from "@aws-sdk/client-ecs";
import { LandbridgeError } from "../../../src/errors.ts";
import { CONTAINER } from "./place.ts";

/** undefined: the container never ran. */
export const exitCodeOf = ({ containers = [] }: Task): number | undefined =>
  containers.find(({ name }) => name === CONTAINER)?.exitCode;

/** What ECS adds where a container did not simply end, e.g. for want of memory; empty: nothing. */
export const addedReason = ({ containers = [], stoppedReason = "" }: Task): string => {
  const reason = containers.find(({ name }) => name === CONTAINER)?.reason ?? "";
  if (/OutOfMemory/.test(reason)) return `${reason}. Give it more: pulumi config set jobMemory 16GB`;
  if (reason !== "") return reason;
  return stoppedReason === "" || /^Essential container in task exited/.test(stoppedReason) ? "" : stoppedReason;
};

/** The reasons that ECS gives, with what usually helps (ECS developer guide, stopped task error codes). */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /platform|manifest/i,
    "The image is for another kind of processor: build it for linux/amd64 and set jobImage to that digest.",
  ],
  [
    /CannotPull/i,
    "Check that the image exists, and that the private subnets have a way to its registry: a NAT gateway, or VPC endpoints for ecr.api, ecr.dkr and s3.",
  ],
  [
    /EBS|volume/i,
    "Check the quota for gp3 storage in this region, and that the key given as kmsKeyArn may be used by ECS for volumes.",
  ],
  [
    /secret|ssm/i,
    "Check that the secret exists, and that the private subnets have a way to Secrets Manager: a NAT gateway, or a VPC endpoint.",
  ],
  [
    /ResourceInitialization|log/i,
    "The private subnets need a way to ECR, CloudWatch Logs and Secrets Manager: a NAT gateway, or VPC endpoints.",
  ],
  [/capacity/i, "AWS has no room in these zones at the moment. Run pulumi up again later, or with a smaller jobCpu."],
  [/ENI|subnet|address/i, "The private subnets have no address left, or an interface could not be made. Free some."],
];

/** The error for a task that never ran; nothing of the step has happened. */
export const notStarted = (reason: string): LandbridgeError =>
  new LandbridgeError({
    code: "STEP_NOT_STARTED",
    message: `The task never ran: ${reason}`,
    remedy:
      REMEDIES.find(([pattern]) => pattern.test(reason))?.[1] ??
      "Look the reason up among the stopped task errors of Amazon ECS, and run pulumi up again.",
  });

/** The reason that a task gives which stopped before its container ran. */
export const startFailure = ({ containers = [], stoppedReason, stopCode }: Task): string =>
  [stoppedReason ?? stopCode, ...containers.map(({ reason }) => reason)].filter(Boolean).join("; ") ||
  "no reason given";
