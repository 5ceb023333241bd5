/**
 * The tuning as a parameter group of Amazon RDS, such that a second `pulumi up` finds nothing to change. AWS keeps a parameter's
 * apply method only together with a changed value: for a value that it has anyway it goes on reporting "pending-reboot", and
 * "immediate" there is a difference for ever (pulumi/pulumi-aws#2442, hashicorp/terraform-provider-aws#18035, #36419). So what RDS
 * has already is left out, what must stand there all the same says "pending-reboot" (rds.force_ssl: terraform-provider-aws#39252),
 * and values are spelled as RDS returns them: booleans as 0 and 1 (awsdocs/amazon-rds-user-guide#183), sizes and times as numbers
 * in PostgreSQL's own unit.
 */
import { type Parameter, UNIT_BYTES, type Unit } from "./model.ts";

export interface RdsParameter {
  readonly name: string;
  readonly value: string;
  readonly applyMethod: "immediate" | "pending-reboot";
}

/** What RDS sets by rules of its own, or does not let be set. */
const LEFT_TO_RDS: ReadonlySet<string> = new Set([
  // By itself up to one segment of the log, which has 64 MB on RDS.
  "wal_buffers",
  // On where the class has enough memory; an instance with "try" or a wrong "on" does not start.
  "huge_pages",
  // Only RDS's own forms are allowed, and its log viewer and exports read those.
  "log_line_prefix",
  // By the class: GREATEST(memory / 64 GB, 3); every 15 seconds; twice the cores.
  "autovacuum_max_workers",
  "autovacuum_naptime",
  "max_worker_processes",
  "max_parallel_workers",
]);

/** Values that RDS for PostgreSQL 15 and later has without being told, of its own or by PostgreSQL's default. */
const RDS_HAS: Readonly<Record<string, string>> = {
  superuser_reserved_connections: "3",
  password_encryption: "scram-sha-256",
  TimeZone: "UTC",
  log_timezone: "UTC",
  max_wal_size: "2048",
  checkpoint_timeout: "300",
  checkpoint_completion_target: "0.9",
  work_mem: "4096",
  random_page_cost: "4",
  max_parallel_workers_per_gather: "2",
  max_parallel_maintenance_workers: "2",
  autovacuum: "1",
  log_checkpoints: "1",
};

/** PostgreSQL 18 raised its default of 1. */
const ioConcurrencyDefault = (major: number): string => (major >= 18 ? "16" : "1");

/**
 * The parameters of a group of the family of `major`, in the order of the tuning. What the phases do not share is left out where
 * serving wants what RDS has: the provider then resets it, at once.
 */
export const asRdsParameters = (parameters: readonly Parameter[], major: number): readonly RdsParameter[] => {
  const has: Readonly<Record<string, string>> = { ...RDS_HAS, effective_io_concurrency: ioConcurrencyDefault(major) };
  return [
    ...parameters
      .filter(({ name }) => !LEFT_TO_RDS.has(name))
      .map((parameter) => ({ name: parameter.name, value: asText(parameter), applyMethod: parameter.applyMethod }))
      .filter(({ name, value }) => has[name] !== value),
    // RDS has 1 from version 15 on, too; it stands here because it is the rule that nobody connects in the clear.
    { name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" },
  ];
};

const asText = ({ value, unit, share }: Parameter): string => {
  if (share !== undefined && isSize(unit)) return formula(share.numerator, share.denominator, UNIT_BYTES[unit], share);
  if (typeof value === "boolean") return value ? "1" : "0";
  return String(value);
};

const isSize = (unit: Unit | null): unit is keyof typeof UNIT_BYTES => unit !== null && unit in UNIT_BYTES;

/**
 * `{DBInstanceClassMemory*3/32768}`: RDS works it out for each instance, in whole numbers; DBInstanceClassMemory is what the class
 * has, in bytes, less what RDS itself needs.
 */
const formula = (numerator: number, denominator: number, unitBytes: number, { mostBytes }: { mostBytes?: number }) => {
  const times = numerator === 1 ? "" : `*${numerator}`;
  const term = `{DBInstanceClassMemory${times}/${denominator * unitBytes}}`;
  return mostBytes === undefined ? term : `LEAST(${term},${mostBytes / unitBytes})`;
};

/** The family that a parameter group of this major version belongs to. RDS offers versions that this project has not seen yet. */
export const parameterGroupFamily = (major: number): string => `postgres${major}`;
