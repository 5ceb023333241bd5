/** What the job's tasks reach: the database, and AWS's own services. Nobody reaches them. */
import * as aws from "@pulumi/aws";
import type { CustomResourceOptions, Input } from "@pulumi/pulumi";
import type { RdsSettings } from "../instance.ts";
import { instanceIdentifier, stackTags } from "../names.ts";
import { PORT } from "../network.ts";

/** Made before the database, which lets it in by its id (`RdsPostgres`, `clients`). */
export const jobSecurityGroup = (
  name: string,
  settings: RdsSettings,
  opts: CustomResourceOptions = {},
): aws.ec2.SecurityGroup => {
  const description = `The job and the tunnel of ${instanceIdentifier(settings.stack)}`;
  const { vpcId } = settings;
  return new aws.ec2.SecurityGroup(
    name,
    { vpcId, description, tags: stackTags(settings), revokeRulesOnDelete: true },
    opts,
  );
};

/**
 * S3, ECR, CloudWatch Logs and Secrets Manager have no addresses that a rule could name; where they are is decided by the subnets,
 * by a NAT gateway or by VPC endpoints. Nothing but HTTPS goes there.
 */
export const jobEgress = (
  name: string,
  securityGroupId: Input<string>,
  databaseSecurityGroupId: Input<string>,
  tags: Readonly<Record<string, string>>,
  opts: CustomResourceOptions,
): aws.vpc.SecurityGroupEgressRule[] => {
  const allow = (to: string, port: number, where: Partial<aws.vpc.SecurityGroupEgressRuleArgs>) =>
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-to-${to}`,
      { securityGroupId, ipProtocol: "tcp", fromPort: port, toPort: port, description: `To ${to}`, tags, ...where },
      opts,
    );
  return [
    allow("database", PORT, { referencedSecurityGroupId: databaseSecurityGroupId }),
    allow("aws", 443, { cidrIpv4: "0.0.0.0/0" }),
  ];
};
