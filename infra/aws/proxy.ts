/** RDS Proxy in front of the writer: keeps the application's connections over a failover, and shares few among many. */
import * as aws from "@pulumi/aws";
import { type CustomResourceOptions, type Input, jsonStringify, type Output } from "@pulumi/pulumi";
import { databaseNetwork, PORT } from "./network.ts";

export interface ProxyArgs {
  readonly instance: aws.rds.Instance;
  readonly databaseGroup: aws.ec2.SecurityGroup;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly sourceSecurityGroupIds: readonly string[];
  readonly allowedCidrs: readonly string[];
  /** Of the roles that may come by the proxy; it logs in with what it finds there. */
  readonly secretArns: readonly Output<string>[];
  readonly kmsKeyArn: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** What remains is for those who come directly: the job, migrations, an administrator. */
const MOST_CONNECTIONS_PERCENT = 80;

/** @returns the proxy's host; its certificate is of a public authority */
export const databaseProxy = (name: string, args: ProxyArgs, opts: CustomResourceOptions): Output<string> => {
  const { instance, databaseGroup, subnetIds, tags } = args;
  const group = proxyNetwork(name, args, opts);
  const rolePolicy = secretsRole(name, args, opts);
  const proxy = new aws.rds.Proxy(
    name,
    {
      engineFamily: "POSTGRESQL",
      requireTls: true,
      roleArn: rolePolicy.roleArn,
      vpcSubnetIds: [...subnetIds],
      vpcSecurityGroupIds: [group.id],
      auths: args.secretArns.map((secretArn) => ({
        authScheme: "SECRETS",
        secretArn,
        clientPasswordAuthType: "POSTGRES_SCRAM_SHA_256",
        // REQUIRED would shut out whoever has a password, which is what every pool of the application has.
        iamAuth: "DISABLED",
      })),
      tags,
    },
    { ...opts, dependsOn: [rolePolicy.policy] },
  );
  const targets = new aws.rds.ProxyDefaultTargetGroup(
    name,
    {
      dbProxyName: proxy.name,
      connectionPoolConfig: {
        maxConnectionsPercent: MOST_CONNECTIONS_PERCENT,
        maxIdleConnectionsPercent: MOST_CONNECTIONS_PERCENT / 2,
        connectionBorrowTimeout: 30,
      },
    },
    opts,
  );
  const target = new aws.rds.ProxyTarget(
    name,
    { dbProxyName: proxy.name, targetGroupName: targets.name, dbInstanceIdentifier: instance.identifier },
    opts,
  );
  new aws.vpc.SecurityGroupIngressRule(
    `${name}-to-database`,
    { ...fromTo(databaseGroup.id, group.id), description: "PostgreSQL from the proxy", tags },
    opts,
  );
  // By way of its target: before that the proxy has nowhere to go.
  return target.id.apply(() => proxy.endpoint);
};

const fromTo = (securityGroupId: Input<string>, referencedSecurityGroupId: Input<string>) => ({
  securityGroupId,
  referencedSecurityGroupId,
  ipProtocol: "tcp",
  fromPort: PORT,
  toPort: PORT,
});

/** In: who may connect to the database. Out: to the database alone. */
const proxyNetwork = (name: string, args: ProxyArgs, opts: CustomResourceOptions): aws.ec2.SecurityGroup => {
  const { group } = databaseNetwork(name, "RDS Proxy", { ...args, clients: {} }, opts);
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-egress`,
    { ...fromTo(group.id, args.databaseGroup.id), description: "PostgreSQL of the database", tags: args.tags },
    opts,
  );
  return group;
};

/** Lets the proxy read the secrets of its own logins and no others. */
const secretsRole = (name: string, { secretArns, kmsKeyArn, tags }: ProxyArgs, opts: CustomResourceOptions) => {
  const role = new aws.iam.Role(
    name,
    {
      description: "RDS Proxy reads the passwords that it logs in with",
      assumeRolePolicy: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "rds.amazonaws.com" } }],
      },
      tags,
    },
    opts,
  );
  const policy = new aws.iam.RolePolicy(
    name,
    {
      role: role.id,
      policy: jsonStringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secretArns },
          ...(kmsKeyArn === null ? [] : [{ Effect: "Allow", Action: "kms:Decrypt", Resource: kmsKeyArn }]),
        ],
      }),
    },
    opts,
  );
  return { roleArn: role.arn, policy };
};
