/**
 * Databases on RDS: encrypted, private, protected, backed up. A read replica has its data, its encryption and its backups from
 * the primary. While `landbridge:phase` is load nobody is served yet, and what is there can be copied again: a standby and long
 * backups may come later, but backups are never off, because turning them on is an outage.
 */
import { demand, objects, type PlannedResource, type Rule } from "./rule.ts";

/** For a database that serves production. AWS takes 35 at most. */
const LEAST_BACKUP_DAYS = 7;

const isInstance = ({ type }: PlannedResource): boolean => type === "aws:rds/instance:Instance";
/** By the property and not by its value, which a preview may not know. */
const isReplica = ({ props }: PlannedResource): boolean => "replicateSourceDb" in props;
const isPrimary = (resource: PlannedResource): boolean => isInstance(resource) && !isReplica(resource);

const tag = ({ props }: PlannedResource, name: string): unknown =>
  (props["tags"] as Readonly<Record<string, unknown>> | undefined)?.[`landbridge:${name}`];
/** A database without the tag is taken for one that serves production. */
const isProduction = (resource: PlannedResource): boolean => (tag(resource, "environment") ?? "prod") === "prod";
const isServing = (resource: PlannedResource): boolean => tag(resource, "phase") !== "load";

export const databaseRules: readonly Rule[] = [
  {
    name: "database-encrypted",
    description: "A database's storage is encrypted. It cannot be turned on later.",
    level: "mandatory",
    check: (resource) =>
      demand(!isInstance(resource) || resource.props["storageEncrypted"] === true, "Its storage is not encrypted."),
  },
  {
    name: "database-private",
    description: "A database has no address on the internet.",
    level: "mandatory",
    check: (resource) =>
      demand(!isInstance(resource) || resource.props["publiclyAccessible"] !== true, "It is publicly accessible."),
  },
  {
    name: "database-protected",
    description: "A database that Pulumi protects is protected in AWS, too, where others may delete it.",
    level: "mandatory",
    check: (resource) =>
      demand(
        !isPrimary(resource) || !resource.protect || resource.props["deletionProtection"] === true,
        "Its deletion protection is off while the stack's protect is on.",
      ),
  },
  {
    name: "production-protected",
    description: "A production database is not left unprotected, except to take it down.",
    level: "advisory",
    check: (resource) =>
      demand(
        !isPrimary(resource) || !isProduction(resource) || resource.protect,
        "It is in production, and nothing keeps it from being deleted: pulumi config set protect true.",
      ),
  },
  {
    name: "database-backed-up",
    description: `A database has backups: one day at least while loading, ${LEAST_BACKUP_DAYS} days where it serves production, and a final snapshot outside dev.`,
    level: "mandatory",
    check: (resource) => (isPrimary(resource) ? missingBackups(resource) : []),
  },
  {
    name: "database-standby",
    description: "A database that serves production has a standby in another zone.",
    level: "mandatory",
    check: (resource) =>
      demand(
        !isPrimary(resource) || !isProduction(resource) || !isServing(resource) || resource.props["multiAz"] === true,
        "It serves production from one zone: pulumi config set multiAz true.",
      ),
  },
  {
    name: "parameter-group-tls",
    description: "PostgreSQL on RDS refuses connections in the clear.",
    level: "mandatory",
    check: (resource) => demand(!isPostgresGroup(resource) || forcesTls(resource), "rds.force_ssl is not 1."),
  },
  {
    name: "proxy-tls",
    description: "RDS Proxy refuses connections in the clear.",
    level: "mandatory",
    check: ({ type, props }) =>
      demand(type !== "aws:rds/proxy:Proxy" || props["requireTls"] === true, "It takes connections without TLS."),
  },
];

const missingBackups = (resource: PlannedResource): readonly string[] => {
  const days = Number(resource.props["backupRetentionPeriod"] ?? 0);
  const least = isProduction(resource) && isServing(resource) ? LEAST_BACKUP_DAYS : 1;
  return [
    ...demand(days >= least, `Its backups are kept for ${days} days; ${least} at least.`),
    ...demand(
      tag(resource, "environment") === "dev" || resource.props["skipFinalSnapshot"] !== true,
      "It would be deleted without a final snapshot.",
    ),
  ];
};

const isPostgresGroup = ({ type, props }: PlannedResource): boolean =>
  type === "aws:rds/parameterGroup:ParameterGroup" && String(props["family"]).startsWith("postgres");

const forcesTls = ({ props }: PlannedResource): boolean =>
  objects(props["parameters"]).some(({ name, value }) => name === "rds.force_ssl" && value === "1");
