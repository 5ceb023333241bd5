/** Where the job's steps run on AWS: a cluster without machines of its own, in the private subnets, with the image and the log. */
import * as aws from "@pulumi/aws";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Input,
  interpolate,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import type { JobPlace } from "../../job/job.ts";
import type { Snapshot } from "../../job/snapshot.ts";
import type { RdsSettings } from "../instance.ts";
import { logRetention } from "../log-retention.ts";
import { instanceIdentifier, stackTags } from "../names.ts";
import { type Home, homeOf } from "./arn.ts";
import { type Bastion, type BastionTarget, bastion } from "./bastion.ts";
import { jobImage } from "./job-image.ts";
import { jobEgress } from "./network.ts";
import { SnapshotBucket } from "./snapshot-bucket.ts";
import { snapshotKeyOf, stepTask } from "./step-task.ts";

export interface FargateArgs {
  readonly settings: RdsSettings;
  /** As `jobSecurityGroup` makes it. */
  readonly securityGroupId: Input<string>;
  /** The database's, which lets that one in. */
  readonly databaseSecurityGroupId: Input<string>;
}

/** What a task of the stack has to know of the place that it runs in. */
export interface Cluster {
  readonly settings: RdsSettings;
  /** By digest. */
  readonly image: Output<string>;
  readonly cluster: Output<string>;
  readonly logGroup: Output<string>;
  readonly logGroupArn: Output<string>;
  readonly home: Output<Home>;
  readonly securityGroupId: Input<string>;
  /** Of ~/.aws; empty: as the environment says. */
  readonly profile: string;
}

export class Fargate extends ComponentResource {
  readonly bucket: SnapshotBucket;
  readonly place: Cluster;
  /** For the alarm on a job that has failed. */
  readonly clusterArn: Output<string>;
  /** What has to be there before a task runs: its way to the database and to AWS. */
  readonly ready: Resource[];
  readonly #name: string;

  constructor(name: string, args: FargateArgs, opts?: ComponentResourceOptions) {
    super("landbridge:aws:Fargate", name, {}, opts);
    this.#name = name;
    const { settings, securityGroupId, databaseSecurityGroupId } = args;
    const child: CustomResourceOptions = { parent: this };
    const tags = stackTags(settings);
    const identifier = instanceIdentifier(settings.stack);
    this.bucket = new SnapshotBucket(`${name}-snapshots`, settings, child);
    const logGroup = new aws.cloudwatch.LogGroup(
      name,
      { name: `/landbridge/${identifier}/job`, retentionInDays: logRetention(settings.logRetentionDays), tags },
      child,
    );
    const cluster = new aws.ecs.Cluster(
      name,
      { name: identifier, settings: [{ name: "containerInsights", value: "enabled" }], tags },
      child,
    );
    this.ready = jobEgress(name, securityGroupId, databaseSecurityGroupId, tags, child);
    this.clusterArn = cluster.arn;
    this.place = {
      settings,
      image: jobImage(`${name}-image`, settings, child),
      cluster: cluster.name,
      logGroup: logGroup.name,
      logGroupArn: logGroup.arn,
      home: logGroup.arn.apply(homeOf),
      securityGroupId,
      profile: aws.config.profile ?? "",
    };
    this.registerOutputs({ cluster: this.place.cluster, bucket: this.bucket.bucket });
  }

  /** The place for `Job`. @param snapshot null: nothing is copied */
  jobPlace(snapshot: Pick<Snapshot, "path" | "sha256" | "bytes"> | null): JobPlace {
    const { bucket, place, ready } = this;
    return {
      ...(snapshot === null ? {} : { source: interpolate`s3://${bucket.bucket}/${snapshotKeyOf(snapshot.sha256)}` }),
      reports: interpolate`s3://${bucket.bucket}/reports`,
      isInside: () => true,
      placement: (step, parent) => stepTask(step, { place, bucket, snapshot, dependsOn: ready }, parent),
    };
  }

  /** The way in for a laptop: what `npm run tunnel` reads of the stack's outputs. */
  bastion(target: BastionTarget): Bastion {
    return bastion(`${this.#name}-bastion`, this.place, target, { parent: this });
  }
}
