/** The steps of the job: their environment, their secrets and what each is about, from an endpoint and the stack's settings. */
import { createHash } from "node:crypto";
import { all, type Input, interpolate, type Output, output, secret } from "@pulumi/pulumi";
import type { SslMode } from "../../src/target/model.ts";
import { ROLE_PARTS } from "../../src/target/roles.ts";
import { type Credential, type DatabaseEndpoint, type Role, urlWithoutPassword } from "../endpoint.ts";
import { urlWithMode } from "../environment-file/urls.ts";
import type { CommonSettings, SchemaSettings } from "../settings.ts";
import type { InitFile } from "./init-files.ts";
import type { JobStep, SecretValue } from "./step.ts";

export interface StepArgs {
  readonly endpoint: DatabaseEndpoint;
  readonly settings: CommonSettings;
  /** The step runs in the database's own network. */
  readonly inside: boolean;
}

/** Roles, extensions and grants take seconds; a user's own SQL may do more. */
const INIT_SECONDS = 1800;

/** @param files the user's own SQL · @param ownSql hash of Landbridge's, which is there where the step runs */
export const initStep = (args: StepArgs, files: readonly InitFile[], ownSql: string): JobStep => {
  const { endpoint, settings } = args;
  const { credentials } = endpoint;
  const users = all(ROLE_PARTS.map((role) => credentials[role].user));
  const roles = users.apply((names) =>
    JSON.stringify(Object.fromEntries(ROLE_PARTS.map((role, i) => [role, names[i]]))),
  );
  const initSql = JSON.stringify(files);
  return {
    name: "init",
    environment: {
      ...target(args, "administrator"),
      LANDBRIDGE_ROLES: roles,
      LANDBRIDGE_SCHEMA: settings.schema.name,
      // People write passwords into such files, which they keep to themselves; a stack's state may be shared.
      LANDBRIDGE_INIT_SQL: secret(initSql),
    },
    secrets: {
      PGPASSWORD: secretOf(credentials.administrator),
      ...Object.fromEntries(
        // Where the administrator is everybody else, too, there is no password to be set.
        ROLE_PARTS.filter((role) => credentials[role] !== credentials.administrator).map((role) => [
          `LANDBRIDGE_${role.toUpperCase()}_PASSWORD`,
          secretOf(credentials[role]),
        ]),
      ),
    },
    triggers: {
      ...identity(args),
      roles,
      sql: hash(`${ownSql} ${initSql}`),
      rotation: settings.rotation,
      passwords: endpoint.passwordsVersion ?? passwordsHash(credentials),
    },
    timeoutSeconds: INIT_SECONDS,
  };
};

/** As secret as they are: a short one could be guessed from it. */
const passwordsHash = (credentials: DatabaseEndpoint["credentials"]): Output<string> =>
  all(ROLE_PARTS.map((role) => credentials[role].password ?? output(""))).apply((words) => hash(words.join("\0")));

/** The application's own migration, as the owner of its tables. */
export const commandStep = (args: StepArgs, schema: SchemaSettings & { readonly by: "command" }): JobStep => {
  const { endpoint, settings } = args;
  const { host, port, sslmode } = address(args);
  const { owner } = endpoint.credentials;
  // What would check the certificate is not in the user's image: encrypted all the same, and inside a network of one's own.
  const mode = sslmode.apply((word): SslMode => (word.startsWith("verify") ? "require" : word));
  return {
    name: "command",
    environment: {
      PGHOST: host,
      PGPORT: interpolate`${port}`,
      PGDATABASE: endpoint.database,
      PGUSER: owner.user,
      PGSSLMODE: mode,
    },
    secrets: { PGPASSWORD: secretOf(owner), DATABASE_URL: urlOf(args, mode) },
    triggers: { ...identity(args), image: schema.image, command: JSON.stringify(schema.command) },
    timeoutSeconds: settings.jobTimeoutMinutes * 60,
  };
};

export interface CopySource {
  /** The finished snapshot as the copy sees it: a path or an s3:// address. */
  readonly location: Input<string>;
  readonly sha256: Input<string>;
  readonly name: Input<string>;
  /** landbridge.yaml; empty for none. */
  readonly config: string;
  /** A directory or an s3:// address. */
  readonly reports: Input<string>;
}

export const copyStep = (args: StepArgs, source: CopySource): JobStep => {
  const { endpoint, settings } = args;
  const { schema } = settings;
  const accept = settings.accept.join(",");
  const onConflict = "onConflict" in schema ? schema.onConflict : "fail";
  const schemaBy = schema.by === "landbridge" ? "landbridge" : "existing";
  return {
    name: "copy",
    environment: {
      ...target(args, "owner"),
      LANDBRIDGE_SOURCE: source.location,
      LANDBRIDGE_SOURCE_SHA256: source.sha256,
      LANDBRIDGE_SOURCE_NAME: source.name,
      LANDBRIDGE_SCHEMA: schema.name,
      LANDBRIDGE_SCHEMA_BY: schemaBy,
      LANDBRIDGE_ON_CONFLICT: onConflict,
      LANDBRIDGE_ACCEPT: accept,
      LANDBRIDGE_VERIFY: settings.verify,
      LANDBRIDGE_JOBS: settings.jobs === null ? "" : String(settings.jobs),
      LANDBRIDGE_CONFIG_YAML: source.config,
      LANDBRIDGE_REPORTS: source.reports,
    },
    secrets: { PGPASSWORD: secretOf(endpoint.credentials.owner) },
    triggers: {
      ...identity(args),
      snapshot: source.sha256,
      schemaBy,
      onConflict,
      accept,
      verify: settings.verify,
      config: hash(source.config),
    },
    timeoutSeconds: settings.jobTimeoutMinutes * 60,
  };
};

const address = ({ endpoint, inside }: StepArgs) => ({
  database: endpoint.database,
  sslmode: endpoint.sslmode,
  ...(inside && endpoint.inside !== undefined
    ? { host: endpoint.inside.host, port: endpoint.inside.port }
    : { host: endpoint.host, port: endpoint.port }),
});

const target = (args: StepArgs, role: Role): Record<string, Input<string>> => {
  const { rootCertificate, credentials } = args.endpoint;
  return {
    LANDBRIDGE_TARGET: urlWithoutPassword(address(args), credentials[role].user),
    ...(rootCertificate === undefined ? {} : { LANDBRIDGE_ROOT_CERTIFICATE: rootCertificate }),
  };
};

/** Another server, another database in it or another cluster under the same address: everything has to be done there again. */
const identity = ({ endpoint, settings }: StepArgs): Record<string, Input<string>> => ({
  database: endpoint.database,
  schema: settings.schema.name,
  ...(endpoint.identity === undefined
    ? { server: interpolate`${endpoint.host}:${endpoint.port}` }
    : { cluster: endpoint.identity }),
});

const secretOf = ({ password, secretArn }: Credential): SecretValue => {
  if (password !== undefined) return { value: password };
  // ECS reads one key of the secret's JSON document: arn:key:stage:version.
  if (secretArn !== undefined) return { arn: interpolate`${secretArn}:password::` };
  throw new Error("a login has neither a password nor a secret");
};

const urlOf = (args: StepArgs, mode: Output<SslMode>): SecretValue => {
  const { owner } = args.endpoint.credentials;
  const { host, port, database } = address(args);
  if (owner.password === undefined) return { arn: interpolate`${owner.secretArn ?? ""}:url::` };
  const parts = all([owner.user, owner.password, host, port, database, mode]);
  return {
    value: parts.apply(([user, password, name, number, db, sslmode]) =>
      urlWithMode({ host: name, port: number, database: db, sslmode, user, password }),
    ),
  };
};

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
