/** The logins that the job makes in the database, each with a secret of its own in AWS Secrets Manager. */
import type * as aws from "@pulumi/aws";
import { all, type CustomResourceOptions, type Output, output } from "@pulumi/pulumi";
import type { RolePart } from "../../src/target/roles.ts";
import { urlWithMode } from "../environment-file/urls.ts";
import { roleNames } from "../roles.ts";
import type { RdsSettings } from "./instance.ts";
import { stackTags } from "./names.ts";
import { type StoredPassword, storedPassword } from "./passwords.ts";

export interface RolePasswords {
  readonly credentials: Readonly<
    Record<RolePart, { readonly user: Output<string>; readonly secretArn: Output<string> }>
  >;
  /** Changes with each of the passwords. */
  readonly version: Output<string>;
  readonly versions: readonly aws.secretsmanager.SecretVersion[];
}

export const rolePasswords = (
  name: string,
  settings: RdsSettings,
  { address: host, port }: aws.rds.Instance,
  opts: CustomResourceOptions,
): RolePasswords => {
  const names = roleNames(settings.user);
  const { database, stack } = settings;
  const of = (role: RolePart): StoredPassword =>
    storedPassword(
      `${name}-${role}`,
      {
        ...storing(settings),
        description: `PostgreSQL, ${role} of ${database} in stack ${stack}`,
        document: (password) => loginDocument({ host, port, database, user: names[role], password }),
        given: role === "application" ? settings.password : null,
      },
      opts,
    );
  const passwords = {
    owner: of("owner"),
    application: of("application"),
    analyst: of("analyst"),
    monitor: of("monitor"),
  };
  const credential = (role: RolePart) => ({ user: output(names[role]), secretArn: passwords[role].secretArn });
  const versions = Object.values(passwords).map(({ version }) => version);
  return {
    credentials: {
      owner: credential("owner"),
      application: credential("application"),
      analyst: credential("analyst"),
      monitor: credential("monitor"),
    },
    version: output(versions.map(({ versionId }) => versionId)).apply((ids) => ids.join(",")),
    versions,
  };
};

/** How this stack's secrets are kept. */
export const storing = (settings: RdsSettings) => ({
  rotation: settings.rotation,
  kmsKeyArn: settings.kmsKeyArn,
  keep: settings.environment !== "dev",
  tags: stackTags(settings),
});

/**
 * In the words of AWS's own database secrets, which its tools read; `url` is what most applications want. It asks for encryption
 * and not for RDS's certificate, which a client has to be given first.
 */
const loginDocument = ({ host, port, database, user, password }: Login) => ({
  engine: "postgres",
  host,
  port,
  dbname: database,
  username: user,
  url: all([host, port, password]).apply(([name, number, secret]) =>
    urlWithMode({ host: name, port: number, database, sslmode: "require", user, password: secret }),
  ),
});

interface Login {
  readonly host: Output<string>;
  readonly port: Output<number>;
  readonly database: string;
  readonly user: string;
  readonly password: Output<string>;
}
