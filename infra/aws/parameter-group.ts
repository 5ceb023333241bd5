/** The tuning as a parameter group: its family by version, each parameter with its apply method. */
import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { AwsSettings } from "../settings/targets.ts";
import type { CommonSettings } from "../settings.ts";
import { asRdsParameters, parameterGroupFamily, type RdsParameter } from "../tuning/rds.ts";
import { tune } from "../tuning.ts";
import { machineOf } from "./instance-class.ts";

export type TunedSettings = Pick<CommonSettings, "phase" | "maxConnections"> &
  Pick<AwsSettings, "instanceClass" | "engineVersion">;

const majorVersion = (engineVersion: string): number => Number(engineVersion.split(".")[0]);

/** @throws LandbridgeError STACK_CONFIG (usage) for a class that is not known or too small */
export const parametersOf = (
  { phase, maxConnections, instanceClass, engineVersion }: TunedSettings,
  allocatedGib: number,
): readonly RdsParameter[] => {
  const major = majorVersion(engineVersion);
  const machine = {
    ...machineOf(instanceClass),
    storage: "network" as const,
    storageBytes: allocatedGib * 2 ** 30,
    majorVersion: major,
    maxConnections,
  };
  return asRdsParameters(tune(machine, phase), major);
};

/** Names what only a reboot brings into effect: where it changes, somebody has to look whether one is pending. */
export const rebootFingerprint = (parameters: readonly RdsParameter[]): string => {
  const fixed = parameters.filter(({ applyMethod }) => applyMethod === "pending-reboot");
  return createHash("sha256").update(JSON.stringify(fixed)).digest("hex").slice(0, 16);
};

/**
 * Named by a prefix, so that the group of a new version stands beside the old one until the instance has moved: a group that is in
 * use cannot be deleted, nor can its family be changed.
 */
export const parameterGroup = (
  name: string,
  { identifier, engineVersion, parameters, tags }: ParameterGroupSettings,
  opts: CustomResourceOptions,
): aws.rds.ParameterGroup => {
  const family = parameterGroupFamily(majorVersion(engineVersion));
  return new aws.rds.ParameterGroup(
    name,
    {
      namePrefix: `${identifier}-${family}-`,
      family,
      description: `PostgreSQL of ${identifier}`,
      parameters: parameters.map((parameter) => ({ ...parameter })),
      tags,
    },
    { ...opts, deleteBeforeReplace: false },
  );
};

interface ParameterGroupSettings {
  readonly identifier: string;
  readonly engineVersion: string;
  readonly parameters: readonly RdsParameter[];
  readonly tags: Readonly<Record<string, string>>;
}
