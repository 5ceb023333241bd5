/** What a stack's configuration says of the place that the database lives in: Docker, AWS, or a server that is there already. */
import { type Output, secret } from "@pulumi/pulumi";
import type { Values } from "./keys.ts";
import { configError } from "./mistake.ts";

export interface DockerSettings {
  readonly target: "docker";
  readonly image: string;
  readonly container: string;
  /** null: a network of the stack's own. */
  readonly network: string | null;
  readonly port: number;
  readonly bindAddress: string;
  readonly locale: string;
  readonly allowedCidrs: readonly string[];
  readonly memoryBytes: number;
  readonly cores: number;
  readonly tls: boolean;
  /** Seconds. */
  readonly health: { readonly interval: number; readonly timeout: number; readonly retries: number };
  readonly stopSeconds: number;
  /** null: the current Docker context. */
  readonly dockerHost: string | null;
  /** The port on this machine; null: not wanted. */
  readonly pgadminPort: number | null;
  readonly pgbouncerPort: number | null;
  readonly exporterPort: number | null;
  readonly job: "process" | "container";
}

export interface AwsSettings {
  readonly target: "aws";
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly sourceSecurityGroupIds: readonly string[];
  readonly allowedCidrs: readonly string[];
  readonly engineVersion: string;
  readonly instanceClass: string;
  /** null: by the source's size. */
  readonly storageGb: number | null;
  readonly maxStorageGb: number | null;
  readonly iops: number | null;
  /** MiB/s */
  readonly storageThroughput: number | null;
  readonly multiAz: boolean;
  readonly kmsKeyArn: string | null;
  readonly iamAuthentication: boolean;
  readonly replicas: number;
  readonly proxy: boolean;
  readonly backupRetentionDays: number;
  readonly backupWindow: string;
  readonly maintenanceWindow: string;
  readonly monitoringSeconds: number;
  readonly insights: "standard" | "advanced";
  readonly logRetentionDays: number;
  readonly alarmTopicArn: string | null;
  readonly alarmEmail: string | null;
  readonly reboot: boolean;
  readonly jobCpu: number;
  readonly jobMemoryBytes: number;
}

export interface ExistingSettings {
  readonly target: "existing";
  readonly url: Output<string>;
  readonly adminUrl: Output<string> | null;
  readonly job: "process" | "container";
}

/** @throws LandbridgeError STACK_CONFIG (usage) for a key that is missing, or two that do not fit each other */
export const targetSettings = (
  target: "docker" | "aws" | "existing",
  values: Values,
  stack: string,
): DockerSettings | AwsSettings | ExistingSettings => {
  if (target === "docker") return dockerSettings(values, stack);
  return target === "aws" ? awsSettings(values) : existingSettings(values);
};

const dockerSettings = (values: Values, stack: string): DockerSettings => {
  const dockerHost = values.dockerHost ?? null;
  const job = values.job ?? "process";
  if (dockerHost !== null && !dockerHost.startsWith("unix:") && job === "process")
    throw configError("job", "with a dockerHost elsewhere, a process here does not reach the database; use container.");
  return {
    target: "docker",
    image: values.image ?? "pgvector/pgvector:pg18",
    container: values.container ?? `landbridge-${stack}`,
    network: values.network ?? null,
    port: values.port ?? 5432,
    bindAddress: values.bindAddress ?? "127.0.0.1",
    locale: values.locale ?? "en_US.UTF-8",
    allowedCidrs: values.allowedCidrs ?? [],
    memoryBytes: values.memory ?? 2 * 2 ** 30,
    cores: values.cores ?? 2,
    tls: values.tls ?? false,
    health: {
      interval: values.healthInterval ?? 10,
      timeout: values.healthTimeout ?? 5,
      retries: values.healthRetries ?? 5,
    },
    stopSeconds: values.stopSeconds ?? 60,
    dockerHost,
    pgadminPort: values.pgadmin ? (values.pgadminPort ?? 5050) : null,
    pgbouncerPort: values.pgbouncer ? (values.pgbouncerPort ?? 6432) : null,
    exporterPort: values.exporter ? (values.exporterPort ?? 9187) : null,
    job,
  };
};

const awsSettings = (values: Values): AwsSettings => {
  const { vpcId, subnetIds = [], sourceSecurityGroupIds = [], allowedCidrs = [], storageGb, maxStorageGb } = values;
  if (vpcId === undefined) throw configError("vpcId", "target aws needs it.");
  if (subnetIds.length < 2) throw configError("subnetIds", "RDS needs private subnets in two zones or more.");
  if (sourceSecurityGroupIds.length + allowedCidrs.length === 0)
    throw configError(
      "sourceSecurityGroupIds",
      "nobody could connect: name security groups here, or networks in allowedCidrs.",
    );
  if (allowedCidrs.some((cidr) => /\/0$/.test(cidr)))
    throw configError("allowedCidrs", "the whole internet is not a named source.");
  if (storageGb !== undefined && maxStorageGb !== undefined && maxStorageGb <= storageGb)
    throw configError("maxStorageGb", `${maxStorageGb} leaves nothing to grow above storageGb ${storageGb}.`);
  // gp3 below 400 GiB has a fixed 3,000 IOPS and 125 MiB/s, and the API refuses both arguments (RDS user guide, storage).
  if ((values.iops ?? values.storageThroughput) !== undefined && (storageGb ?? 0) < 400)
    throw configError("iops", "gp3 takes iops and storageThroughput from 400 GiB on; set storageGb.");
  return {
    target: "aws",
    vpcId,
    subnetIds,
    sourceSecurityGroupIds,
    allowedCidrs,
    engineVersion: values.engineVersion ?? "18",
    instanceClass: values.instanceClass ?? "db.t4g.medium",
    storageGb: storageGb ?? null,
    maxStorageGb: maxStorageGb ?? null,
    iops: values.iops ?? null,
    storageThroughput: values.storageThroughput ?? null,
    multiAz: values.multiAz ?? true,
    kmsKeyArn: values.kmsKeyArn ?? null,
    iamAuthentication: values.iamAuthentication ?? false,
    replicas: values.replicas ?? 0,
    proxy: values.proxy ?? false,
    backupRetentionDays: values.backupRetentionDays ?? 14,
    backupWindow: values.backupWindow ?? "02:00-03:00",
    maintenanceWindow: values.maintenanceWindow ?? "sun:04:00-sun:05:00",
    monitoringSeconds: Number(values.monitoringSeconds ?? "60"),
    insights: values.insights ?? "standard",
    logRetentionDays: values.logRetentionDays ?? 30,
    alarmTopicArn: values.alarmTopicArn ?? null,
    alarmEmail: values.alarmEmail ?? null,
    reboot: values.reboot ?? false,
    jobCpu: Number(values.jobCpu ?? "2048"),
    jobMemoryBytes: values.jobMemory ?? 8 * 2 ** 30,
  };
};

const existingSettings = (values: Values): ExistingSettings => {
  if (values.url === undefined) throw configError("url", "target existing needs it.");
  for (const name of ["user", "password"] as const)
    if (values[name] !== undefined && values.adminUrl === undefined)
      throw configError(name, "without adminUrl the stack makes no roles, and everybody connects as the user of url.");
  return {
    target: "existing",
    url: secret(values.url),
    adminUrl: values.adminUrl === undefined ? null : secret(values.adminUrl),
    job: values.job ?? "process",
  };
};
