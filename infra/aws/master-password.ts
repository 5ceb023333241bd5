/**
 * The administrator's password. RDS makes and rotates it itself (`manageMasterUserPassword`), so that it never passes through here;
 * but not beside read replicas, which AWS refuses. There it is generated and handed over by write-only arguments, and `rotation`
 * changes it.
 */
import type * as aws from "@pulumi/aws";
import type { CustomResourceOptions, Output } from "@pulumi/pulumi";
import type { RdsSettings } from "./instance.ts";
import { storedPassword } from "./passwords.ts";
import { storing } from "./role-passwords.ts";

/** As everywhere else; it is not a superuser here, but a member of rds_superuser. */
export const ADMINISTRATOR = "postgres";

export interface MasterPassword {
  readonly args: Partial<aws.rds.InstanceArgs>;
  /** Of the instance that was made with `args`. */
  readonly secretArn: (instance: aws.rds.Instance) => Output<string>;
  readonly versions: readonly aws.secretsmanager.SecretVersion[];
}

/** By `replicas` and not by the phase: load and serve must not differ in how somebody logs in. */
export const masterPassword = (name: string, settings: RdsSettings, opts: CustomResourceOptions): MasterPassword => {
  const { replicas, kmsKeyArn, stack } = settings;
  if (replicas === 0)
    return {
      args: {
        username: ADMINISTRATOR,
        manageMasterUserPassword: true,
        ...(kmsKeyArn === null ? {} : { masterUserSecretKmsKeyId: kmsKeyArn }),
      },
      secretArn: (instance) => instance.masterUserSecrets.apply(([managed]) => managed!.secretArn),
      versions: [],
    };
  const own = storedPassword(
    name,
    {
      ...storing(settings),
      description: `PostgreSQL, administrator in stack ${stack}`,
      document: () => ({ username: ADMINISTRATOR }),
      given: null,
    },
    opts,
  );
  return {
    args: { username: ADMINISTRATOR, passwordWo: own.value, passwordWoVersion: own.versionNumber },
    secretArn: () => own.secretArn,
    versions: [own.version],
  };
};
