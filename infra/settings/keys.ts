/** Every key of the stack's configuration: what it takes, what holds without it, and an example for the error text. */
import { z } from "zod";
import { POOL_PRESETS } from "../pool/presets.ts";
import { bytes, cidr, list, matching, oneOf, postgresName, whole, yesNo } from "./values.ts";

interface Key<T extends z.ZodType = z.ZodType> {
  readonly type: T;
  /** As a person would type it. */
  readonly example: string;
  readonly about: string;
  /** Its value is never shown, and `pulumi config set` needs --secret. */
  readonly secret?: boolean;
}

const key = <T extends z.ZodType>(type: T, example: string, about: string, secret = false): Key<T> => ({
  type,
  example,
  about,
  secret,
});

const text = () => z.string().min(1);
const awsId = (prefix: string) => matching(new RegExp(`^${prefix}-[0-9a-z]+$`), `an id that begins with ${prefix}-`);
const arn = () => matching(/^arn:[a-z-]+:/, "an ARN");

/** Where the database comes from, what is copied into it, and by whom it is used. */
const COMMON = {
  target: key(oneOf(["docker", "aws", "existing"]), "docker", "docker (default), aws or existing"),
  environment: key(
    oneOf(["dev", "staging", "prod"]),
    "dev",
    "default: by the stack's name, else dev on Docker and prod elsewhere",
  ),
  source: key(text(), "./app.sqlite", "the live file or a snapshot; sample: the sample database; none: no copy"),
  sourceConfig: key(text(), "landbridge.yaml", "the crossing's own settings"),
  schema: key(
    oneOf(["landbridge", "existing", "command"]),
    "command",
    "who makes the tables: landbridge (default), existing: they are there, command: migrationCommand makes them",
  ),
  schemaName: key(postgresName(), "public", "the PostgreSQL schema of the tables"),
  migrationImage: key(text(), "registry.example.org/app@sha256:…", "the image that migrationCommand runs in"),
  migrationCommand: key(list(), '["alembic","upgrade","head"]', "makes the application's tables (schema: command)"),
  onConflict: key(oneOf(["fail", "skip", "update"]), "fail", "rows that are in the application's tables already"),
  accept: key(list(), "suggestions", "proposed conversions to take"),
  verify: key(oneOf(["full", "counts", "sample"]), "full", "how much the proof reads back; default: everything"),
  strict: key(yesNo(), "true", "a copy with rejected or differing rows fails the update; default: it warns"),
  jobs: key(whole(1, 256), "4", "workers of the copy; default: by cores"),
  jobTimeoutMinutes: key(whole(1, 10_080), "240", "after this the copy is ended; default 360"),
  job: key(
    oneOf(["process", "container"]),
    "container",
    "where the job runs on Docker and against an existing server; default process",
  ),
  jobImage: key(text(), "registry.example.org/landbridge@sha256:…", "the job's image, where none is to be built here"),
  initSql: key(list(), "./scripts/postgres/init.sql", "files or folders of your own SQL, run after Landbridge's"),
  user: key(postgresName(), "app", "the application's role; default: the database's name; app on an existing server"),
  password: key(z.string(), "…", "the application's password, 16 characters or more; default: a generated one", true),
  rotation: key(whole(0, 1_000_000), "1", "another number makes new passwords"),
  instances: key(whole(1, 10_000), "2", "processes of the application that open a pool; default 1"),
  pool: key(oneOf(POOL_PRESETS), "10/20", "pool size / overflow; default: cores × 2 + 1"),
  maxConnections: key(whole(10, 10_000), "200", "default 100"),
} as const;

/** Of a server that the stack makes itself: a server that is there already has its parameters, and its URL names the database. */
const PROVISIONED = {
  phase: key(oneOf(["load", "serve"]), "load", "load: parameters for the copy; serve (default): for the application"),
  database: key(postgresName(), "app", "default app"),
  protect: key(yesNo(), "false", "data cannot be destroyed while this is true (default)"),
} as const;

const DOCKER = {
  image: key(text(), "postgres:17", "default pgvector/pgvector:pg18; by tag or digest"),
  container: key(
    matching(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/, "two characters or more of a–z, 0–9, _, ., -"),
    "app-postgres",
    "default: landbridge-<stack>",
  ),
  network: key(text(), "app-network", "an existing Docker network to join; default: one of its own"),
  port: key(whole(1, 65_535), "5433", "on this machine; default 5432"),
  bindAddress: key(text(), "0.0.0.0", "default 127.0.0.1: nobody else reaches it"),
  locale: key(matching(/^[A-Za-z0-9_.@-]+$/, "a locale such as en_US.UTF-8"), "C.UTF-8", "default en_US.UTF-8"),
  allowedCidrs: key(list(cidr()), "10.0.0.0/8", "networks that may connect (pg_hba on Docker, security group on AWS)"),
  memory: key(bytes(), "4GB", "the container's limit, from which it is tuned; default 2GB"),
  cores: key(whole(1, 1024), "4", "cores that the database may count on; default 2"),
  tls: key(yesNo(), "true", "a certificate is generated and connections are encrypted; default false on Docker"),
  healthInterval: key(whole(1, 3600), "10", "seconds between two health checks; default 10"),
  healthTimeout: key(whole(1, 3600), "5", "seconds of one; default 5"),
  healthRetries: key(whole(1, 100), "5", "default 5"),
  stopSeconds: key(whole(1, 3600), "60", "time to shut down in; default 60"),
  dockerHost: key(text(), "ssh://build.example.org", "default: the current Docker context"),
  pgadmin: key(yesNo(), "true", "pgAdmin beside the database"),
  pgadminPort: key(whole(1, 65_535), "5050", "default 5050"),
  pgbouncer: key(yesNo(), "true", "PgBouncer (transaction pooling) beside the database"),
  pgbouncerPort: key(whole(1, 65_535), "6432", "default 6432"),
  exporter: key(yesNo(), "true", "postgres_exporter beside the database"),
  exporterPort: key(whole(1, 65_535), "9187", "default 9187"),
} as const;

const AWS = {
  vpcId: key(awsId("vpc"), "vpc-0a1b2c", "the network that the database lives in"),
  subnetIds: key(list(awsId("subnet")), "subnet-1a,subnet-2b", "private subnets in two zones or more"),
  sourceSecurityGroupIds: key(list(awsId("sg")), "sg-0a1b2c", "who may connect"),
  engineVersion: key(matching(/^\d+(\.\d+)?$/, "a version such as 18 or 17.6"), "18", "default 18"),
  instanceClass: key(
    matching(/^db\.[a-z0-9]+\.[a-z0-9]+$/, "a class such as db.m8g.large"),
    "db.m8g.large",
    "default db.t4g.medium",
  ),
  storageGb: key(whole(20, 65_536), "100", "default: by the source's size, 20 at least"),
  maxStorageGb: key(whole(20, 65_536), "1000", "storage grows up to here by itself; default: 4 × storageGb"),
  iops: key(whole(3000, 256_000), "12000", "gp3 from 400 GiB on"),
  storageThroughput: key(whole(125, 16_000), "500", "MiB/s; gp3 from 400 GiB on"),
  multiAz: key(yesNo(), "true", "a standby in another zone while serving; default true"),
  kmsKeyArn: key(arn(), "arn:aws:kms:…", "default: the account's own key of each service"),
  iamAuthentication: key(
    yesNo(),
    "true",
    "logins by IAM token; grant rds_iam to the roles that are to use them; default false",
  ),
  replicas: key(whole(0, 15), "1", "read replicas while serving; default 0"),
  proxy: key(yesNo(), "true", "RDS Proxy in front of the writer; default false"),
  backupRetentionDays: key(whole(1, 35), "14", "while serving; default 14, and 1 while loading"),
  backupWindow: key(matching(/^\d\d:\d\d-\d\d:\d\d$/, "hh:mm-hh:mm in UTC"), "02:00-03:00", "default 02:00-03:00"),
  maintenanceWindow: key(
    matching(/^[a-z]{3}:\d\d:\d\d-[a-z]{3}:\d\d:\d\d$/i, "ddd:hh:mm-ddd:hh:mm in UTC"),
    "sun:04:00-sun:05:00",
    "default sun:04:00-sun:05:00",
  ),
  monitoringSeconds: key(oneOf(["0", "1", "5", "10", "15", "30", "60"]), "60", "enhanced monitoring; default 60"),
  insights: key(oneOf(["standard", "advanced"]), "standard", "Database Insights; default standard"),
  logRetentionDays: key(whole(1, 3653), "30", "default 30"),
  alarmTopicArn: key(arn(), "arn:aws:sns:…", "an SNS topic to alarm; default: one of its own"),
  alarmEmail: key(
    matching(/^[^@\s]+@[^@\s]+$/, "an address"),
    "dba@example.org",
    "subscribed to the stack's own topic",
  ),
  reboot: key(yesNo(), "true", "reboot where a parameter waits for it; default: it is only reported"),
  jobCpu: key(
    oneOf(["256", "512", "1024", "2048", "4096", "8192", "16384"]),
    "4096",
    "Fargate CPU units of the job; default 2048",
  ),
  jobMemory: key(bytes(), "8GB", "default 8GB"),
} as const;

const EXISTING = {
  url: key(z.string(), "postgresql://app@db.example.org/app", "the database; the owner of its tables connects", true),
  adminUrl: key(
    z.string(),
    "postgresql://postgres@db.example.org/postgres",
    "makes database and roles where they are missing",
    true,
  ),
} as const;

export const KEYS = { ...COMMON, ...PROVISIONED, ...DOCKER, ...AWS, ...EXISTING } as const;
export type KeyName = keyof typeof KEYS;
/** What a key gives once it is parsed. */
export type Values = { readonly [K in KeyName]?: z.output<(typeof KEYS)[K]["type"]> };

/** Which keys mean something for which target; the others always do. */
export const OWN_KEYS: Readonly<Record<"docker" | "aws" | "existing", readonly string[]>> = {
  docker: [...Object.keys(PROVISIONED), ...Object.keys(DOCKER), "job"],
  aws: [...Object.keys(PROVISIONED), ...Object.keys(AWS), "allowedCidrs"],
  existing: [...Object.keys(EXISTING), "job"],
};
