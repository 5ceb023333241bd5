/** The instance with what it stands on: subnets, parameters, logs, the role that watches it, and whether it waits for a reboot. */
import * as aws from "@pulumi/aws";
import type { CustomResourceOptions, Output } from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random";
import { instanceArgs, type RdsSettings } from "./instance.ts";
import type { MasterPassword } from "./master-password.ts";
import { instanceIdentifier, stackTags } from "./names.ts";
import { parameterGroup, parametersOf, rebootFingerprint } from "./parameter-group.ts";
import { PendingReboot } from "./pending-reboot.ts";
import { logGroups, monitoringRole } from "./watched-by-rds.ts";

export interface DatabaseInstanceArgs {
  readonly settings: RdsSettings;
  readonly sourceBytes: number | null;
  readonly securityGroup: aws.ec2.SecurityGroup;
  readonly master: MasterPassword;
}

export interface DatabaseInstance {
  readonly instance: aws.rds.Instance;
  readonly monitoringRoleArn: Output<string> | null;
  readonly reboot: PendingReboot;
}

export const databaseInstance = (
  name: string,
  { settings, sourceBytes, securityGroup, master }: DatabaseInstanceArgs,
  child: CustomResourceOptions,
): DatabaseInstance => {
  const tags = stackTags(settings);
  const identifier = instanceIdentifier(settings.stack);
  const args = instanceArgs(settings, identifier, sourceBytes);
  const parameters = parametersOf(settings, args.allocatedStorage);
  const group = parameterGroup(name, { ...settings, identifier, parameters, tags }, child);
  const subnets = new aws.rds.SubnetGroup(name, { subnetIds: [...settings.subnetIds], tags }, child);
  const roleArn = settings.monitoringSeconds === 0 ? null : monitoringRole(`${name}-monitoring`, tags, child);
  const instance = new aws.rds.Instance(
    name,
    {
      ...args,
      ...master.args,
      dbSubnetGroupName: subnets.name,
      vpcSecurityGroupIds: [securityGroup.id],
      parameterGroupName: group.name,
      ...(roleArn === null ? {} : { monitoringRoleArn: roleArn }),
      ...(args.skipFinalSnapshot ? {} : { finalSnapshotIdentifier: finalSnapshot(name, identifier, child) }),
    },
    {
      ...child,
      protect: settings.protect,
      retainOnDelete: false,
      dependsOn: logGroups(name, identifier, settings.logRetentionDays, tags, child),
      // With much data a standby, a bigger disk and a final snapshot take hours.
      customTimeouts: { create: "2h", update: "6h", delete: "3h" },
    },
  );
  const reboot = new PendingReboot(
    `${name}-reboot`,
    {
      instance: instance.identifier,
      region: instance.region,
      fingerprint: rebootFingerprint(parameters),
      reboot: settings.reboot,
    },
    { ...child, dependsOn: [group, instance] },
  );
  return { instance, monitoringRoleArn: roleArn, reboot };
};

/** The same for as long as the stack lives, another one in its next life: AWS refuses a name that was there before. */
const finalSnapshot = (name: string, identifier: string, opts: CustomResourceOptions): Output<string> =>
  new RandomId(`${name}-final`, { byteLength: 4 }, opts).hex.apply((hex) => `${identifier}-final-${hex}`);
