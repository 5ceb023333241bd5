/**
 * The passwords of the database's roles, each in a secret of its own. They are generated here, kept encrypted in state by the
 * random provider, and handed to Secrets Manager by a write-only argument that is not read back.
 */
import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import { type CustomResourceOptions, type Input, jsonStringify, type Output, output, secret } from "@pulumi/pulumi";
import { randomPassword } from "../local/passwords.ts";

export interface StoredPassword {
  readonly value: Output<string>;
  readonly secretArn: Output<string>;
  /** Counts up with each new password; a write-only argument is not compared, so that this is what AWS is told by. */
  readonly versionNumber: Input<number>;
  /** What has to be there before anybody asks Secrets Manager. */
  readonly version: aws.secretsmanager.SecretVersion;
}

export interface PasswordArgs {
  readonly description: string;
  /** What stands beside the password, given that. */
  readonly document: (password: Output<string>) => Readonly<Record<string, Input<string | number>>>;
  /** null: generated. */
  readonly given: Output<string> | null;
  readonly rotation: number;
  readonly kmsKeyArn: string | null;
  readonly keep: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export const storedPassword = (name: string, args: PasswordArgs, opts: CustomResourceOptions): StoredPassword => {
  const { description, document, given, rotation, kmsKeyArn, keep, tags } = args;
  const value = given ?? randomPassword(name, { rotation: `${rotation}` }, opts);
  const versionNumber = given === null ? rotation + 1 : givenVersion(given, rotation);
  const container = new aws.secretsmanager.Secret(
    name,
    {
      description,
      // A deleted secret can be had back for a month, unless it was for trying things out.
      recoveryWindowInDays: keep ? 30 : 0,
      ...(kmsKeyArn === null ? {} : { kmsKeyId: kmsKeyArn }),
      tags,
    },
    opts,
  );
  const version = new aws.secretsmanager.SecretVersion(
    name,
    {
      secretId: container.id,
      secretStringWo: secret(jsonStringify({ ...document(value), password: value })),
      secretStringWoVersion: versionNumber,
    },
    given === null ? opts : { ...opts, additionalSecretOutputs: ["secretStringWoVersion"] },
  );
  return { value, secretArn: container.arn, versionNumber, version };
};

/** Another password is another version, also where nobody counted `rotation` up; secret, for it says something of the password. */
const givenVersion = (given: Output<string>, rotation: number): Output<number> =>
  secret(
    output(given).apply((text) =>
      // Below 2^31: the provider counts in 32 bits.
      Math.max(1, createHash("sha256").update(`${rotation} ${text}`).digest().readUInt32BE() >>> 1),
    ),
  );
