/** A stack on AWS: the instance, the job as tasks beside it, then what comes after the copy: replicas, alarms, the dashboard. */
import { all, log } from "@pulumi/pulumi";
import { Job } from "../job/job.ts";
import { commonOutputs, poolOf, type StackOutputs } from "../outputs.ts";
import { stackSource } from "../source.ts";
import { versionWarning } from "../tuning/versions.ts";
import type { RdsSettings } from "./instance.ts";
import { machineOf } from "./instance-class.ts";
import { Fargate } from "./job/fargate.ts";
import { jobSecurityGroup } from "./job/network.ts";
import { RdsMonitoring } from "./rds-monitoring.ts";
import { RdsPostgres } from "./rds-postgres.ts";
import { RdsReplicas } from "./rds-replicas.ts";

/** @throws LandbridgeError STACK_CONFIG (usage) for settings that do not fit each other */
export const awsStack = async (settings: RdsSettings): Promise<StackOutputs> => {
  const untried = versionWarning(Number.parseInt(settings.engineVersion, 10));
  if (untried !== null) await log.warn(untried);
  const { cores } = machineOf(settings.instanceClass);
  const pool = poolOf(settings, { cores, reserved: "rds", pooled: false });
  const source = await stackSource(settings.source);
  const sourceBytes = source?.bytes ?? null;
  const snapshot = source?.snapshot ?? null;

  const jobGroup = jobSecurityGroup("job", settings);
  const endpoint = new RdsPostgres("database", { settings, sourceBytes, clients: { job: jobGroup.id } });
  const { instance, securityGroupId, monitoringRoleArn } = endpoint;
  const fargate = new Fargate("job", {
    settings,
    securityGroupId: jobGroup.id,
    databaseSecurityGroupId: securityGroupId,
  });
  const job = new Job("job", { endpoint, settings, snapshot, place: fargate.jobPlace(snapshot) });
  const replicas = new RdsReplicas("database-replica", {
    settings,
    primary: { instance, securityGroupId, monitoringRoleArn },
    after: [job.done],
    sourceBytes,
  });
  const monitoring = new RdsMonitoring("monitoring", {
    settings,
    primary: instance,
    replicas: replicas.instances,
    sourceBytes,
    clusterArn: fargate.clusterArn,
  });

  return {
    ...commonOutputs({
      ...{ settings, endpoint, job, snapshot, pool },
      application: { host: endpoint.applicationHost, rootCertificate: endpoint.applicationRootCertificate },
    }),
    instance: instance.identifier,
    replicas: replicas.hosts,
    pendingReboot: all([endpoint.pendingReboot, replicas.pendingReboot]).apply((each) => each.includes(true)),
    alarmTopic: monitoring.topicArn,
    tunnel: fargate.bastion({ host: endpoint.host, port: endpoint.port }),
  };
};
