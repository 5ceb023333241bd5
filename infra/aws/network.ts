/** Who reaches the database: the sources that the configuration names, and the stack's own. Nothing else, and it reaches nothing. */
import * as aws from "@pulumi/aws";
import type { CustomResourceOptions, Input } from "@pulumi/pulumi";

export const PORT = 5432;

export interface NetworkArgs {
  readonly vpcId: string;
  readonly sourceSecurityGroupIds: readonly string[];
  readonly allowedCidrs: readonly string[];
  /** Security groups of the stack's own, by what they are. */
  readonly clients: Readonly<Record<string, Input<string>>>;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * A security group and one ingress rule for each source. Without rules for egress the provider takes away the one that AWS gives
 * to each new group: a database has nobody to call.
 */
export const databaseNetwork = (
  name: string,
  description: string,
  { vpcId, sourceSecurityGroupIds, allowedCidrs, clients, tags }: NetworkArgs,
  opts: CustomResourceOptions,
): { readonly group: aws.ec2.SecurityGroup; readonly rules: aws.vpc.SecurityGroupIngressRule[] } => {
  const group = new aws.ec2.SecurityGroup(name, { vpcId, description, tags, revokeRulesOnDelete: true }, opts);
  const allow = (source: string, from: Partial<aws.vpc.SecurityGroupIngressRuleArgs>) =>
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-from-${source}`,
      {
        securityGroupId: group.id,
        ipProtocol: "tcp",
        fromPort: PORT,
        toPort: PORT,
        description: `PostgreSQL from ${source}`,
        tags,
        ...from,
      },
      opts,
    );
  return {
    group,
    rules: [
      ...sourceSecurityGroupIds.map((id) => allow(id, { referencedSecurityGroupId: id })),
      ...allowedCidrs.map((cidr) => allow(cidr, cidr.includes(":") ? { cidrIpv6: cidr } : { cidrIpv4: cidr })),
      ...Object.entries(clients).map(([client, id]) => allow(client, { referencedSecurityGroupId: id })),
    ],
  };
};
