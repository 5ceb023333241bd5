/** Read replicas, last of all: while rows are copied in they would only lag behind. */
import * as aws from "@pulumi/aws";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Input,
  type Output,
  output,
  type Resource,
} from "@pulumi/pulumi";
import { commonArgs, type RdsSettings } from "./instance.ts";
import { instanceIdentifier, stackTags } from "./names.ts";
import { parametersOf, rebootFingerprint } from "./parameter-group.ts";
import { PendingReboot } from "./pending-reboot.ts";
import type { RdsPostgres } from "./rds-postgres.ts";
import { storageOf } from "./storage.ts";
import { logGroups } from "./watched-by-rds.ts";

export interface RdsReplicasArgs {
  readonly settings: RdsSettings;
  readonly primary: Pick<RdsPostgres, "instance" | "securityGroupId" | "monitoringRoleArn">;
  /** What comes before them: the copy. */
  readonly after: readonly Input<Resource>[];
  /** As for the primary, whose disk a replica has. @default null */
  readonly sourceBytes?: number | null;
}

export class RdsReplicas extends ComponentResource {
  readonly hosts: Output<string[]>;
  readonly instances: readonly aws.rds.Instance[];
  /** Whether any of them waits for a reboot. */
  readonly pendingReboot: Output<boolean>;

  constructor(name: string, args: RdsReplicasArgs, opts?: ComponentResourceOptions) {
    super("landbridge:aws:RdsReplicas", name, {}, opts);
    const { settings, sourceBytes = null } = args;
    const child = { parent: this };
    const count = settings.phase === "serve" ? settings.replicas : 0;
    const { allocatedStorage } = storageOf(settings, sourceBytes);
    const fingerprint = rebootFingerprint(parametersOf(settings, allocatedStorage));
    this.instances = Array.from({ length: count }, (_, at) => replica(`${name}-${at + 1}`, at + 1, args, child));
    this.hosts = output(this.instances.map(({ address }) => address));
    const reboots = this.instances.map(
      (instance, at) =>
        new PendingReboot(
          `${name}-${at + 1}-reboot`,
          { instance: instance.identifier, region: instance.region, fingerprint, reboot: settings.reboot },
          { ...child, dependsOn: [instance] },
        ),
    );
    this.pendingReboot = output(reboots.map(({ pendingReboot }) => pendingReboot)).apply((each) => each.includes(true));
    this.registerOutputs({ hosts: this.hosts, pendingReboot: this.pendingReboot });
  }
}

const replica = (
  name: string,
  number: number,
  { settings, primary, after, sourceBytes = null }: RdsReplicasArgs,
  child: CustomResourceOptions,
): aws.rds.Instance => {
  const identifier = `${instanceIdentifier(settings.stack)}-replica-${number}`;
  const logs = logGroups(name, identifier, settings.logRetentionDays, stackTags(settings), child);
  return new aws.rds.Instance(
    name,
    {
      ...commonArgs(settings),
      identifier,
      replicateSourceDb: primary.instance.identifier,
      maxAllocatedStorage: storageOf(settings, sourceBytes).maxAllocatedStorage,
      vpcSecurityGroupIds: [primary.securityGroupId],
      parameterGroupName: primary.instance.parameterGroupName,
      ...(primary.monitoringRoleArn === null ? {} : { monitoringRoleArn: primary.monitoringRoleArn }),
      // It has nothing that the primary has not, so it may come and go.
      backupRetentionPeriod: 0,
      skipFinalSnapshot: true,
      deletionProtection: false,
    },
    {
      ...child,
      protect: false,
      dependsOn: [...logs, ...after],
      customTimeouts: { create: "6h", update: "6h", delete: "2h" },
    },
  );
};
