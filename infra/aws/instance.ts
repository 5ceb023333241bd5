/** The instance's arguments: what AWS is told of a database that holds somebody's data. */
import type * as aws from "@pulumi/aws";
import type { AwsSettings } from "../settings/targets.ts";
import type { CommonSettings } from "../settings.ts";
import { CERTIFICATE_AUTHORITY } from "./certificate.ts";
import { stackTags } from "./names.ts";
import { storageOf } from "./storage.ts";

export type RdsSettings = CommonSettings & AwsSettings;

/** AWS takes 465 days for `advanced` and nothing else; 7 are included in `standard` (RDS user guide, Database Insights). */
const INSIGHTS_DAYS = { standard: 7, advanced: 465 } as const;

/** What RDS writes of PostgreSQL, each into a log group of its own. */
export const LOG_EXPORTS = ["postgresql", "upgrade"] as const;

/**
 * What the phases differ in on the instance; the rest is in the parameter group. Loading needs neither a standby, which every
 * write would wait for, nor backups of what can be copied again; but never none: turning backups on is an outage, and replicas
 * need them.
 */
const phaseArgs = ({ phase, multiAz, backupRetentionDays }: RdsSettings) =>
  phase === "load"
    ? { multiAz: false, backupRetentionPeriod: 1 }
    : { multiAz, backupRetentionPeriod: backupRetentionDays };

/** What an instance and its replicas have in common. */
export const commonArgs = (settings: RdsSettings) =>
  ({
    instanceClass: settings.instanceClass,
    storageType: "gp3",
    storageEncrypted: true,
    publiclyAccessible: false,
    caCertIdentifier: CERTIFICATE_AUTHORITY,
    iamDatabaseAuthenticationEnabled: settings.iamAuthentication,
    autoMinorVersionUpgrade: true,
    allowMajorVersionUpgrade: false,
    maintenanceWindow: settings.maintenanceWindow,
    copyTagsToSnapshot: true,
    // What `up` says is done is done: a change that waited for the window would be a difference at each preview until then. The
    // switch to serving could not come before the cutover at all.
    applyImmediately: true,
    performanceInsightsEnabled: true,
    databaseInsightsMode: settings.insights,
    performanceInsightsRetentionPeriod: INSIGHTS_DAYS[settings.insights],
    ...(settings.kmsKeyArn === null ? {} : { performanceInsightsKmsKeyId: settings.kmsKeyArn }),
    enabledCloudwatchLogsExports: [...LOG_EXPORTS],
    monitoringInterval: settings.monitoringSeconds,
    tags: { ...stackTags(settings), "landbridge:phase": settings.phase },
  }) satisfies Partial<aws.rds.InstanceArgs>;

/** @param sourceBytes size of what is going to be copied in; null where nothing is */
export const instanceArgs = (settings: RdsSettings, identifier: string, sourceBytes: number | null) =>
  ({
    ...commonArgs(settings),
    ...phaseArgs(settings),
    ...storageOf(settings, sourceBytes),
    identifier,
    engine: "postgres",
    engineVersion: settings.engineVersion,
    ...firstDatabase(settings.database),
    port: 5432,
    ...(settings.kmsKeyArn === null ? {} : { kmsKeyId: settings.kmsKeyArn }),
    backupWindow: settings.backupWindow,
    deletionProtection: settings.protect,
    // What was tried out in dev is not kept; everything else outlives its instance.
    skipFinalSnapshot: settings.environment === "dev",
    deleteAutomatedBackups: settings.environment === "dev",
  }) satisfies Partial<aws.rds.InstanceArgs>;

/** `postgres` is there anyway; a name that RDS does not take is made by the job's first step, as on any other server. */
const firstDatabase = (name: string): { readonly dbName?: string } =>
  /^[a-z_][a-z0-9_]*$/i.test(name) && name !== "postgres" ? { dbName: name } : {};
