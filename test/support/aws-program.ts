/** The AWS half of the stack on mocks: settings as a configuration gives them, and what AWS would answer. */
import type { MockResourceArgs } from "@pulumi/pulumi/runtime/mocks.js";
import type { RdsSettings } from "../../infra/aws/instance.ts";
import { parseSettings } from "../../infra/settings.ts";
import type { MockedProgram } from "./pulumi-program.ts";

const REQUIRED = {
  target: "aws",
  source: "app.sqlite",
  vpcId: "vpc-1",
  subnetIds: "subnet-1,subnet-2",
  sourceSecurityGroupIds: "sg-app",
};

export const awsSettings = (config: Readonly<Record<string, string>> = {}, stack = "prod"): RdsSettings =>
  parseSettings({ ...REQUIRED, ...config }, stack) as RdsSettings;

/** What generated passwords are here; nothing that is kept may contain it in the clear. */
export const GENERATED = "generated-and-not-to-be-seen";

/** Amazon's answers, for `region`. */
export const onAws = (preview: boolean, region = "eu-central-1"): MockedProgram => ({
  preview,
  state: (resource) => answers(resource, region),
  calls: {
    "aws:index/getCallerIdentity:getCallerIdentity": {
      accountId: "123456789012",
      arn: "arn:aws:iam::123456789012:user/ann",
      userId: "ann",
      id: "123456789012",
    },
  },
});

const answers = ({ type, name, inputs }: MockResourceArgs, region: string): Record<string, unknown> => {
  const arn = `arn:aws:any:${region}:123456789012:${name}`;
  switch (type) {
    case "aws:rds/instance:Instance":
      return {
        arn,
        region,
        address: `${inputs.identifier}.abc.${region}.rds.amazonaws.com`,
        port: 5432,
        masterUserSecrets: inputs.manageMasterUserPassword ? [{ secretArn: `${arn}-managed` }] : [],
      };
    case "aws:rds/proxy:Proxy":
      return { arn, name, endpoint: `${name}.proxy-abc.${region}.rds.amazonaws.com` };
    case "random:index/randomPassword:RandomPassword":
      return { result: `${GENERATED}-${name}` };
    case "random:index/randomId:RandomId":
      return { hex: "0123abcd" };
    case "aws:secretsmanager/secretVersion:SecretVersion":
      return { arn, versionId: `version-of-${name}` };
    case "pulumi-nodejs:dynamic/landbridge:PendingReboot":
      return { pendingReboot: inputs.reboot !== true };
    default:
      return { arn, name };
  }
};
