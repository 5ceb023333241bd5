/** One step of the job as a task definition, with roles that may do what this step does and nothing else. */
import * as aws from "@pulumi/aws";
import { all, type CustomResourceOptions, type Input, type Output, output, type Resource } from "@pulumi/pulumi";
import { snapshotKey } from "../../../scripts/job/upload.ts";
import type { EcsPlace, TaskVolume } from "../../job/ecs/place.ts";
import type { Placement } from "../../job/job.ts";
import type { Snapshot } from "../../job/snapshot.ts";
import type { JobStep, SecretValue } from "../../job/step.ts";
import { instanceIdentifier, stackTags } from "../names.ts";
import { containerDefinitions, DISK } from "./container.ts";
import type { Cluster } from "./fargate.ts";
import { fargateSize } from "./fargate-size.ts";
import { ecsMayAssume, mayCopy, mayEncryptVolumes, mayStart, tasksMayAssume } from "./policies.ts";
import { role } from "./roles.ts";
import type { SnapshotBucket } from "./snapshot-bucket.ts";
import { SnapshotUpload } from "./snapshot-upload.ts";
import { taskStorage } from "./task-storage.ts";

export interface StepTaskArgs {
  readonly place: Cluster;
  readonly bucket: SnapshotBucket;
  /** null: nothing is copied. */
  readonly snapshot: Pick<Snapshot, "path" | "sha256" | "bytes"> | null;
  readonly dependsOn: readonly Resource[];
}

export const snapshotKeyOf = (sha256: Input<string>): Output<string> => output(sha256).apply(snapshotKey);

/** What the runner has to know of the step's task; with the copy comes the upload of what it copies. */
export const stepTask = (step: JobStep, args: StepTaskArgs, parent: Resource): Placement => {
  const { place, snapshot } = args;
  const { settings } = place;
  const name = `job-${step.name}`;
  const opts: CustomResourceOptions = { parent, dependsOn: [...args.dependsOn] };
  const copied = step.name === "copy" ? snapshot : null;
  const storage = output(copied?.bytes ?? 0).apply(taskStorage);
  const where: Record<keyof EcsPlace, Input<string>> = {
    region: place.home.apply(({ region }) => region),
    profile: place.profile,
    cluster: place.cluster,
    taskDefinition: taskDefinition(step, args, storage, opts).arn,
    subnets: settings.subnetIds.join(","),
    securityGroups: place.securityGroupId,
    logGroup: place.logGroup,
    volume: copied === null ? "" : volumeOf(name, place, storage, opts),
  };
  if (copied === null) return { runner: "ecs", place: where };
  const { bucket } = args.bucket;
  const { path, sha256, bytes } = copied;
  const upload = new SnapshotUpload(
    "job-snapshot",
    { bucket, region: where.region, profile: place.profile, path, sha256, bytes, copy: step.triggers },
    { parent },
  );
  // The runner does not read it; by it the copy waits for the upload.
  return { runner: "ecs", place: { ...where, uploaded: upload.address } };
};

type Storage = Output<ReturnType<typeof taskStorage>>;

const taskDefinition = (
  step: JobStep,
  args: StepTaskArgs,
  storage: Storage,
  opts: CustomResourceOptions,
): aws.ecs.TaskDefinition => {
  const { place, snapshot } = args;
  const { settings } = place;
  const name = `job-${step.name}`;
  const { cpu, memory } = fargateSize(settings);
  const image =
    step.name === "command" && settings.schema.by === "command" ? output(settings.schema.image) : place.image;
  const disk = { name: DISK, configureAtLaunch: storage.apply(({ volume }) => volume !== null) };
  return new aws.ecs.TaskDefinition(
    name,
    {
      family: `${instanceIdentifier(settings.stack)}-${step.name}`,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
      cpu: String(cpu),
      memory: String(memory),
      executionRoleArn: executionRole(name, place, image, secretsOf(step), opts),
      // Without a role a container has no credentials at all: init and the application's migration need none.
      ...(step.name === "copy" && snapshot !== null ? { taskRoleArn: copyRole(name, args, opts) } : {}),
      ephemeralStorage: { sizeInGib: storage.apply(({ ephemeral }) => ephemeral) },
      volumes: step.name === "command" ? [] : [disk],
      containerDefinitions: containers(step, place, image),
      tags: stackTags(settings),
    },
    opts,
  );
};

const containers = (step: JobStep, place: Cluster, image: Output<string>): Output<string> => {
  const { settings, logGroup, home } = place;
  const command = settings.schema.by === "command" ? settings.schema.command : [];
  return all([image, step.environment, secretsOf(step), logGroup, home]).apply(
    ([reference, environment, secrets, group, { region }]) =>
      containerDefinitions({
        step: step.name,
        image: reference,
        command,
        environment,
        secrets,
        ...fargateSize(settings),
        logGroup: group,
        region,
      }),
  );
};

/** @throws Error for a secret by value: it would stand in the task definition for everybody to read */
const secretsOf = (step: JobStep): Record<string, Output<string>> =>
  Object.fromEntries(
    Object.entries(step.secrets).map(([name, secret]: [string, SecretValue]) => {
      if ("arn" in secret) return [name, secret.arn];
      throw new Error(`${name} of the step ${step.name} would be in the task definition in the clear`);
    }),
  );

const executionRole = (
  name: string,
  place: Cluster,
  image: Output<string>,
  secrets: Record<string, Output<string>>,
  opts: CustomResourceOptions,
): Output<string> => {
  const { home, logGroupArn, settings } = place;
  const policy = all([image, logGroupArn, all(Object.values(secrets)), home]).apply(([reference, group, arns, where]) =>
    mayStart({
      image: reference,
      logGroupArn: group,
      secrets: arns,
      kmsKeyArn: settings.kmsKeyArn,
      home: where,
    }),
  );
  const description = `Starts tasks of ${instanceIdentifier(settings.stack)}: image, log, secrets`;
  return role(
    `${name}-start`,
    { description, trust: home.apply(tasksMayAssume), policy, tags: stackTags(settings) },
    opts,
  );
};

const copyRole = (name: string, { place, bucket }: StepTaskArgs, opts: CustomResourceOptions): Output<string> => {
  const { home, settings } = place;
  const policy = all([bucket.arn, home]).apply(([bucketArn, where]) =>
    mayCopy({ bucketArn, kmsKeyArn: settings.kmsKeyArn, home: where }),
  );
  const description = `The copy of ${instanceIdentifier(settings.stack)}: reads snapshots, writes reports`;
  return role(name, { description, trust: home.apply(tasksMayAssume), policy, tags: stackTags(settings) }, opts);
};

/** The role is there in any case: whether the snapshot needs a volume is known when it has been taken. */
const volumeOf = (
  name: string,
  { home, settings }: Cluster,
  storage: Storage,
  opts: CustomResourceOptions,
): Output<string> => {
  const { kmsKeyArn } = settings;
  const roleArn = role(
    `${name}-volume`,
    {
      description: `Volumes for tasks of ${instanceIdentifier(settings.stack)}`,
      trust: home.apply(ecsMayAssume),
      policy: kmsKeyArn === null ? null : home.apply((where) => mayEncryptVolumes(kmsKeyArn, where)),
      managedPolicyArn: home.apply(
        ({ partition }) => `arn:${partition}:iam::aws:policy/service-role/AmazonECSInfrastructureRolePolicyForVolumes`,
      ),
      tags: stackTags(settings),
    },
    opts,
  );
  return all([storage, roleArn]).apply(([{ volume }, arn]) =>
    volume === null
      ? ""
      : JSON.stringify({ name: DISK, sizeInGiB: volume, roleArn: arn, kmsKeyId: kmsKeyArn } satisfies TaskVolume),
  );
};
