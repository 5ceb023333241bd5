/** Who is told when something is wrong with the database or with the job, and a page to look at. */
import * as aws from "@pulumi/aws";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Input,
  jsonStringify,
  type Output,
  output,
} from "@pulumi/pulumi";
import { alarmTopic } from "./alarm-topic.ts";
import { alarmsOf, PERIOD_SECONDS } from "./alarms.ts";
import { dashboardBody } from "./dashboard.ts";
import type { RdsSettings } from "./instance.ts";
import { machineOf } from "./instance-class.ts";
import { instanceIdentifier, stackTags } from "./names.ts";
import { storageOf } from "./storage.ts";

export interface RdsMonitoringArgs {
  readonly settings: RdsSettings;
  readonly primary: aws.rds.Instance;
  /** @default none */
  readonly replicas?: readonly aws.rds.Instance[];
  /** As for the primary. @default null */
  readonly sourceBytes?: number | null;
  /** The ECS cluster that the job's tasks run in. @default none: the job runs elsewhere, or there is none */
  readonly clusterArn?: Input<string>;
}

export class RdsMonitoring extends ComponentResource {
  readonly topicArn: Output<string>;

  constructor(name: string, args: RdsMonitoringArgs, opts?: ComponentResourceOptions) {
    super("landbridge:aws:RdsMonitoring", name, {}, opts);
    const { settings, primary, replicas = [], clusterArn } = args;
    const child = { parent: this };
    const tags = stackTags(settings);
    const title = `PostgreSQL of ${instanceIdentifier(settings.stack)}`;
    this.topicArn =
      settings.alarmTopicArn === null
        ? alarmTopic(name, { description: title, email: settings.alarmEmail, tags }, child)
        : output(settings.alarmTopicArn);
    this.#alarms(name, args, primary, false, child);
    replicas.forEach((replica, at) => {
      this.#alarms(`${name}-replica-${at + 1}`, args, replica, true, child);
    });
    if (clusterArn !== undefined) this.#failedTasks(`${name}-job`, clusterArn, tags, child);
    new aws.cloudwatch.Dashboard(
      name,
      {
        dashboardName: instanceIdentifier(settings.stack),
        dashboardBody: output([primary, ...replicas].map(({ identifier }) => identifier)).apply((identifiers) =>
          primary.region.apply((region) => dashboardBody(region, identifiers)),
        ),
      },
      child,
    );
    this.registerOutputs({ topicArn: this.topicArn });
  }

  #alarms(
    name: string,
    { settings, sourceBytes = null }: RdsMonitoringArgs,
    instance: aws.rds.Instance,
    replica: boolean,
    child: CustomResourceOptions,
  ): void {
    const alarms = alarmsOf({
      memoryBytes: machineOf(settings.instanceClass).memoryBytes,
      allocatedGib: storageOf(settings, sourceBytes).allocatedStorage,
      maxConnections: settings.maxConnections,
      replica,
      loading: settings.phase === "load",
    });
    for (const alarm of alarms)
      new aws.cloudwatch.MetricAlarm(
        `${name}-${alarm.key}`,
        {
          alarmDescription: alarm.means,
          namespace: "AWS/RDS",
          metricName: alarm.metric,
          dimensions: { DBInstanceIdentifier: instance.identifier },
          statistic: alarm.statistic,
          comparisonOperator: alarm.comparison,
          threshold: alarm.threshold,
          period: PERIOD_SECONDS,
          evaluationPeriods: alarm.periods,
          actionsEnabled: alarm.enabled,
          alarmActions: [this.topicArn],
          okActions: [this.topicArn],
          tags: stackTags(settings),
        },
        child,
      );
  }

  /**
   * An event and not a metric: it comes with the task's name, and there is nothing to alarm while no job runs. 3 is done, with
   * rows that the report lists; a task that never started has no exit code; one that somebody stopped, as a tunnel is, is no news.
   */
  #failedTasks(
    name: string,
    clusterArn: Input<string>,
    tags: Readonly<Record<string, string>>,
    child: CustomResourceOptions,
  ): void {
    const rule = new aws.cloudwatch.EventRule(
      name,
      {
        description: "A task of the job has failed, or did not start",
        eventPattern: jsonStringify({
          source: ["aws.ecs"],
          "detail-type": ["ECS Task State Change"],
          detail: {
            clusterArn: [clusterArn],
            lastStatus: ["STOPPED"],
            $or: [
              {
                containers: { exitCode: [{ "anything-but": [0, 3] }] },
                stopCode: [{ "anything-but": "UserInitiated" }],
              },
              { stopCode: ["TaskFailedToStart"] },
            ],
          },
        }),
        tags,
      },
      child,
    );
    new aws.cloudwatch.EventTarget(
      name,
      {
        rule: rule.name,
        arn: this.topicArn,
        inputTransformer: {
          inputPaths: { task: "$.detail.taskArn", why: "$.detail.stoppedReason" },
          inputTemplate: '"The job failed: <why> (<task>). Its log has the last lines; pulumi up runs it again."',
        },
      },
      child,
    );
  }
}
