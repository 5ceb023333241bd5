/**
 * What the job's roles may do, as plain documents. "*" stands for a resource only where AWS takes nothing else: for
 * ecr:GetAuthorizationToken and for the channels of Session Manager (service authorization reference).
 */
import { type Home, repositoryArn, secretArn } from "./arn.ts";

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | { readonly Service: string };
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const document = (statements: readonly Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** Only tasks of this account's clusters in this region, not those that somebody else has ECS start. */
export const tasksMayAssume = ({ partition, region, account }: Home): string =>
  document([
    {
      Sid: "TasksOfThisAccount",
      Effect: "Allow",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: { "aws:SourceAccount": account },
        ArnLike: { "aws:SourceArn": `arn:${partition}:ecs:${region}:${account}:*` },
      },
    },
  ]);

/** ECS itself, which makes and deletes the volume of a task. */
export const ecsMayAssume = ({ account }: Home): string =>
  document([
    {
      Sid: "EcsOfThisAccount",
      Effect: "Allow",
      Principal: { Service: "ecs.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:SourceAccount": account } },
    },
  ]);

export interface Execution {
  readonly image: string;
  readonly logGroupArn: string;
  /** As the task definition refers to them. */
  readonly secrets: readonly string[];
  readonly kmsKeyArn: string | null;
  readonly home: Home;
}

/** What starts the container: pulls its image, writes its log, reads the very secrets that it is handed. */
export const mayStart = ({ image, logGroupArn, secrets, kmsKeyArn, home }: Execution): string => {
  const repository = repositoryArn(image);
  const arns = [...new Set(secrets.map(secretArn))].sort();
  return document([
    ...(repository === null ? [] : pull(repository)),
    {
      Sid: "WriteItsLog",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `${logGroupArn.replace(/:\*$/, "")}:*`,
    },
    ...(arns.length === 0
      ? []
      : [
          {
            Sid: "ReadItsSecrets",
            Effect: "Allow",
            Action: "secretsmanager:GetSecretValue",
            Resource: arns,
          } as const,
        ]),
    ...(arns.length === 0 || kmsKeyArn === null
      ? []
      : [useKey("DecryptItsSecrets", kmsKeyArn, ["kms:Decrypt"], `secretsmanager.${home.region}.amazonaws.com`)]),
  ]);
};

const pull = (repository: string): readonly Statement[] => [
  { Sid: "LogInToEcr", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
  {
    Sid: "PullTheImage",
    Effect: "Allow",
    Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    Resource: repository,
  },
];

export interface Copying {
  readonly bucketArn: string;
  readonly kmsKeyArn: string | null;
  readonly home: Home;
}

/** What the copy itself does in AWS: reads snapshots, writes reports. It can neither list nor delete. */
export const mayCopy = ({ bucketArn, kmsKeyArn, home }: Copying): string =>
  document([
    { Sid: "ReadSnapshots", Effect: "Allow", Action: "s3:GetObject", Resource: `${bucketArn}/snapshots/*` },
    {
      Sid: "WriteReports",
      Effect: "Allow",
      Action: ["s3:PutObject", "s3:AbortMultipartUpload"],
      Resource: `${bucketArn}/reports/*`,
    },
    ...(kmsKeyArn === null
      ? []
      : [
          useKey(
            "UseTheBucketsKey",
            kmsKeyArn,
            ["kms:Decrypt", "kms:GenerateDataKey"],
            `s3.${home.region}.amazonaws.com`,
          ),
        ]),
  ]);

/** A volume under a key of one's own; the rest is in Amazon's managed policy. */
export const mayEncryptVolumes = (kmsKeyArn: string, { region }: Home): string =>
  document([
    useKey(
      "EncryptVolumes",
      kmsKeyArn,
      ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"],
      `ec2.${region}.amazonaws.com`,
    ),
  ]);

/** The agent of ECS Exec, by which a tunnel goes through the task. */
export const mayBeTunnelled = (): string =>
  document([
    {
      Sid: "SessionManager",
      Effect: "Allow",
      Action: [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ],
      Resource: "*",
    },
  ]);

/** Nobody gets at the bucket in the clear, or by a TLS that is too old. */
export const onlyByTls = (bucketArn: string): string => {
  const refuse = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [bucketArn, `${bucketArn}/*`] } as const;
  return document([
    { ...refuse, Sid: "OnlyByTls", Condition: { Bool: { "aws:SecureTransport": "false" } } },
    { ...refuse, Sid: "OnlyByTls12", Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
  ]);
};

const useKey = (Sid: string, key: string, actions: readonly string[], service: string): Statement => ({
  Sid,
  Effect: "Allow",
  Action: actions,
  Resource: key,
  Condition: { StringEquals: { "kms:ViaService": service } },
});
