/**
 * The administrator's password. RDS makes and rotates it itself (`manageMasterUserPassword`), so that it never passes through here;
 * but not beside read replicas, which AWS refuses. There it is generated and handed over by write-only arguments, and `rotation`
 * changes it.
 */
import type * as aws from "@pulumi/aws";
import type { CustomResourceOptions, Output } from "@pulumi/pulumi";
import type { RdsSettings } from "./instance.ts";
import { type PasswordArgs, storedPassword } from "./passwords.ts";

/** As everywhere else; it is not a superuser here, but a member of rds_superuser. */
export const ADMINISTRATOR = "postgres";

export interface MasterPassword {
  readonly args: Partial<aws.rds.InstanceArgs>;
  /** Of the instance that was made with `args`. */
  readonly secretArn: (instance: aws.rds.Instance) => Output<string>;
  readonly version: aws.secretsmanager.SecretVersion | null;
}

/** By `replicas` and not by the phase: load and serve must not differ in how somebody logs in. */
export const masterPassword = (
  name: string,
  { replicas, kmsKeyArn }: RdsSettings,
  stored: Omit<PasswordArgs, "description" | "about" | "given">,
  opts: CustomResourceOptions,
): MasterPassword => {
  if (replicas === 0)
    return {
      args: {
        username: ADMINISTRATOR,
        manageMasterUserPassword: true,
        ...(kmsKeyArn === null ? {} : { masterUserSecretKmsKeyId: kmsKeyArn }),
      },
      secretArn: (instance) => instance.masterUserSecrets.apply(([managed]) => managed!.secretArn),
      version: null,
    };
  const own = storedPassword(
    name,
    { ...stored, description: "PostgreSQL, administrator", about: { username: ADMINISTRATOR }, given: null },
    opts,
  );
  return {
    args: { username: ADMINISTRATOR, passwordWo: own.value, passwordWoVersion: own.versionNumber },
    secretArn: () => own.secretArn,
    version: own.version,
  };
};
