/**
 * Whether an instance waits for a reboot, and the reboot itself, for which the AWS provider has no resource. Static parameters
 * (shared_buffers, max_connections, shared_preload_libraries) are read by PostgreSQL at start alone; RDS shows an instance whose
 * group has a changed one as "pending-reboot". Loaded by the dynamic provider of PendingReboot, in a process of Pulumi's.
 */
import {
  type DBInstance,
  DBInstanceNotFoundFault,
  DescribeDBInstancesCommand,
  RDSClient,
  RebootDBInstanceCommand,
} from "@aws-sdk/client-rds";
import { LandbridgeError } from "../../src/errors.ts";
import type { LateProvider, Properties } from "../dynamic.ts";
import { patiently } from "../job/ecs/aws.ts";

export interface RebootRequest {
  readonly instance: string;
  readonly region: string;
  /** Reboot where one is pending; otherwise it is only reported. */
  readonly reboot: boolean;
}

/** What the work is done with; tests put their own in. */
export interface RebootTools {
  readonly rds: Pick<RDSClient, "send">;
  /** Milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

const PAUSE_MS = 10_000;
/** RDS takes a changed group over within minutes: ten of them. */
const ROUNDS_APPLYING = 60;
/** An instance may be busy, e.g. getting its standby, before it can be rebooted, and recovers from its log afterwards: an hour each. */
const ROUNDS_BUSY = 360;

/**
 * Looks, and reboots where that is both asked for and needed; an instance that has everything in effect is never interrupted.
 * @returns whether a reboot is pending still
 * @throws LandbridgeError RDS_REBOOT where the instance is gone, refuses its parameters, or does not get ready in time
 */
export const settleReboot = async (request: RebootRequest, tools: RebootTools): Promise<boolean> => {
  const seen = await awaitInstance(request, tools, ROUNDS_APPLYING, isSettled);
  if (!isPending(seen) || !request.reboot) return isPending(seen);
  await awaitInstance(request, tools, ROUNDS_BUSY, isAvailable);
  const reboot = new RebootDBInstanceCommand({ DBInstanceIdentifier: request.instance });
  await patiently(tools, () => tools.rds.send(reboot));
  // Right after the call RDS may still say "available"; that the parameters are in effect it says only afterwards.
  await awaitInstance(request, tools, ROUNDS_BUSY, (db) => isAvailable(db) && isSettled(db) && !isPending(db));
  return false;
};

const awaitInstance = async (
  request: RebootRequest,
  tools: RebootTools,
  rounds: number,
  ready: (db: DBInstance) => boolean,
): Promise<DBInstance> => {
  const look = new DescribeDBInstancesCommand({ DBInstanceIdentifier: request.instance });
  for (let round = 0; round < rounds; round++) {
    if (round > 0) await tools.sleep(PAUSE_MS);
    const db = await patiently(tools, () => describe(look, tools));
    if (db === null) throw failed(request, "is not there.");
    if (statuses(db).includes("failed")) throw failed(request, "refuses the parameters of its group.");
    if (ready(db)) return db;
  }
  throw failed(request, "did not get ready in time.");
};

const describe = async (look: DescribeDBInstancesCommand, { rds }: RebootTools): Promise<DBInstance | null> => {
  try {
    const { DBInstances: [db] = [] } = await rds.send(look);
    return db ?? null;
  } catch (error) {
    if (error instanceof DBInstanceNotFoundFault) return null;
    throw error;
  }
};

const statuses = ({ DBParameterGroups = [] }: DBInstance): readonly (string | undefined)[] =>
  DBParameterGroups.map(({ ParameterApplyStatus }) => ParameterApplyStatus);
const isSettled = (db: DBInstance): boolean => !statuses(db).includes("applying");
const isPending = (db: DBInstance): boolean => statuses(db).includes("pending-reboot");
const isAvailable = ({ DBInstanceStatus }: DBInstance): boolean => DBInstanceStatus === "available";

const failed = ({ instance, region }: RebootRequest, why: string): LandbridgeError => {
  const remedy = `Look at it with: aws rds describe-db-instances --db-instance-identifier ${instance} --region ${region}; then run pulumi up again.`;
  // Pulumi shows nothing of an error but its message.
  return new LandbridgeError({
    code: "RDS_REBOOT",
    message: `RDS_REBOOT: the instance ${instance} in ${region} ${why}\n${remedy}`,
    remedy,
  });
};

/** What arrives of PendingReboot's inputs. */
interface Inputs extends RebootRequest {
  readonly fingerprint: string;
  readonly profile: string;
}

const create = async (properties: Properties): Promise<{ id: string; outs: Properties }> => {
  const { instance, region, reboot, fingerprint, profile } = properties as unknown as Inputs;
  const rds = new RDSClient({ region, ...(profile === "" ? {} : { profile }) });
  const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  const pendingReboot = await settleReboot({ instance, region, reboot }, { rds, sleep });
  return { id: instance, outs: { instance, reboot, ...outcome(fingerprint, pendingReboot) } };
};

/** While a reboot is pending the fingerprint stays open, so that each update looks again: a maintenance window may have done it. */
export const outcome = (fingerprint: string, pendingReboot: boolean): Properties => ({
  fingerprint: pendingReboot ? "" : fingerprint,
  pendingReboot,
});

export const provider: LateProvider = { triggers: ["instance", "fingerprint", "reboot"], create };
