/** What RDS needs to show how an instance is doing: the role of enhanced monitoring, and log groups that forget in time. */
import * as aws from "@pulumi/aws";
import type { CustomResourceOptions, Output } from "@pulumi/pulumi";
import { LOG_EXPORTS } from "./instance.ts";
import { logRetention } from "./log-retention.ts";

type Tags = Readonly<Record<string, string>>;

/** Lets RDS write the operating system's figures into CloudWatch Logs. */
export const monitoringRole = (name: string, tags: Tags, opts: CustomResourceOptions): Output<string> => {
  const role = new aws.iam.Role(
    name,
    {
      description: "Enhanced monitoring of RDS",
      assumeRolePolicy: {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "monitoring.rds.amazonaws.com" } },
        ],
      },
      tags,
    },
    opts,
  );
  const attachment = new aws.iam.RolePolicyAttachment(
    name,
    {
      role: role.name,
      policyArn: aws.iam.ManagedPolicy.AmazonRDSEnhancedMonitoringRole,
    },
    opts,
  );
  // By way of the attachment: RDS tries the role out when the instance is made.
  return attachment.id.apply(() => role.arn);
};

/** Made before the instance: a group that RDS makes by itself keeps its lines for ever. */
export const logGroups = (
  name: string,
  identifier: string,
  days: number,
  tags: Tags,
  opts: CustomResourceOptions,
): aws.cloudwatch.LogGroup[] =>
  LOG_EXPORTS.map(
    (log) =>
      new aws.cloudwatch.LogGroup(
        `${name}-${log}`,
        { name: `/aws/rds/instance/${identifier}/${log}`, retentionInDays: logRetention(days), tags },
        opts,
      ),
  );
