/** Where alarms go: a topic of the stack's own, encrypted with a key that CloudWatch and EventBridge may use. */
import * as aws from "@pulumi/aws";
import { type CustomResourceOptions, type Output, output } from "@pulumi/pulumi";

export interface AlarmTopicArgs {
  readonly description: string;
  readonly email: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

const PUBLISHERS = ["cloudwatch.amazonaws.com", "events.amazonaws.com"];

/** @returns the topic's ARN, once it may be published to */
export const alarmTopic = (name: string, { description, email, tags }: AlarmTopicArgs, opts: CustomResourceOptions) => {
  const account = aws.getCallerIdentityOutput({}, { parent: opts.parent! });
  // Not the account's key for SNS: its policy does not let CloudWatch publish, and alarms would be lost without a word
  // (https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger).
  const key = new aws.kms.Key(
    name,
    { description, enableKeyRotation: true, deletionWindowInDays: 7, policy: keyPolicy(account), tags },
    opts,
  );
  const topic = new aws.sns.Topic(name, { displayName: description, kmsMasterKeyId: key.arn, tags }, opts);
  const policy = new aws.sns.TopicPolicy(name, { arn: topic.arn, policy: topicPolicy(account, topic.arn) }, opts);
  if (email !== null)
    new aws.sns.TopicSubscription(name, { topic: topic.arn, protocol: "email", endpoint: email }, opts);
  return policy.arn;
};

type Account = Output<{ readonly accountId: string; readonly arn: string }>;

const keyPolicy = (account: Account): Output<string> =>
  account.apply(({ accountId, arn }) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "TheAccountDecides",
          Effect: "Allow",
          Principal: { AWS: `arn:${partitionOf(arn)}:iam::${accountId}:root` },
          Action: "kms:*",
          Resource: "*",
        },
        {
          Sid: "AlarmsAreEncrypted",
          Effect: "Allow",
          Principal: { Service: PUBLISHERS },
          Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
          Resource: "*",
          Condition: { StringEquals: { "aws:SourceAccount": accountId } },
        },
      ],
    }),
  );

const topicPolicy = (account: Account, topicArn: Output<string>): Output<string> =>
  output([account, topicArn] as const).apply(([{ accountId }, resource]) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AlarmsOfThisAccount",
          Effect: "Allow",
          Principal: { Service: PUBLISHERS },
          Action: "sns:Publish",
          Resource: resource,
          Condition: { StringEquals: { "aws:SourceAccount": accountId } },
        },
        {
          Sid: "NobodyInTheClear",
          Effect: "Deny",
          Principal: "*",
          Action: "sns:Publish",
          Resource: resource,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    }),
  );

/** aws, aws-cn or aws-us-gov. */
const partitionOf = (arn: string): string => arn.split(":")[1]!;
