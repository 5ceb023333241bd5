/**
 * A small task that does nothing but be in the network: Session Manager forwards a port of a laptop through it to the database.
 * `npm run tunnel` starts and ends it; here is only what it is started from.
 */
import * as aws from "@pulumi/aws";
import { all, type CustomResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { CONTAINER } from "../../job/ecs/place.ts";
import { instanceIdentifier, stackTags } from "../names.ts";
import { logTo, USER } from "./container.ts";
import type { Cluster } from "./fargate.ts";
import { mayBeTunnelled, mayStart, tasksMayAssume } from "./policies.ts";
import { role } from "./roles.ts";

/** The smallest that Fargate has. */
const SIZE = { cpu: 256, memory: 512 };
/** A working day; a tunnel that nobody has closed ends by itself. */
const SECONDS = 8 * 3600;

/** Where the tunnel leads to. */
export interface BastionTarget {
  readonly host: Input<string>;
  readonly port: Input<number>;
}

/** The stack's output `tunnel`. */
export interface Bastion {
  readonly region: Output<string>;
  readonly profile: string;
  readonly cluster: Output<string>;
  readonly taskDefinition: Output<string>;
  readonly subnets: readonly string[];
  readonly securityGroup: Input<string>;
  readonly container: string;
  readonly host: Input<string>;
  readonly port: Input<number>;
}

export const bastion = (name: string, place: Cluster, target: BastionTarget, opts: CustomResourceOptions): Bastion => {
  const { settings, home, cluster, image, logGroup, logGroupArn } = place;
  const tags = stackTags(settings);
  const identifier = instanceIdentifier(settings.stack);
  const trust = home.apply(tasksMayAssume);
  const start = all([image, logGroupArn, home]).apply(([reference, group, where]) =>
    mayStart({ image: reference, logGroupArn: group, secrets: [], kmsKeyArn: null, home: where }),
  );
  const definition = new aws.ecs.TaskDefinition(
    name,
    {
      family: `${identifier}-bastion`,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
      cpu: String(SIZE.cpu),
      memory: String(SIZE.memory),
      executionRoleArn: role(
        `${name}-start`,
        { description: `Starts the tunnel of ${identifier}: image, log`, trust, policy: start, tags },
        opts,
      ),
      taskRoleArn: role(
        name,
        { description: `The tunnel of ${identifier}: Session Manager`, trust, policy: mayBeTunnelled(), tags },
        opts,
      ),
      containerDefinitions: all([image, logGroup, home]).apply(([reference, group, { region }]) =>
        containerDefinitions(reference, group, region),
      ),
      tags,
    },
    opts,
  );
  return {
    region: home.apply(({ region }) => region),
    profile: place.profile,
    cluster,
    taskDefinition: definition.arn,
    subnets: settings.subnetIds,
    securityGroup: place.securityGroupId,
    container: CONTAINER,
    ...target,
  };
};

/** The agent of ECS Exec writes into the container's file system, which therefore is not read-only here. */
const containerDefinitions = (image: string, logGroup: string, region: string): string =>
  JSON.stringify([
    {
      name: CONTAINER,
      image,
      essential: true,
      ...SIZE,
      user: USER,
      command: ["node", "-e", `setTimeout(() => {}, ${SECONDS * 1000})`],
      environment: [],
      secrets: [],
      linuxParameters: { initProcessEnabled: true },
      logConfiguration: logTo({ step: "bastion", logGroup, region }),
    },
  ]);
