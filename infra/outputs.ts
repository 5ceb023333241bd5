/** What every stack leaves: addresses, roles, the copy's outcome, and what the application needs, ready to be sourced. */
import { join } from "node:path";
import { all, type Output, output, type Resource, secret } from "@pulumi/pulumi";
import type { SslMode } from "../src/target/model.ts";
import { type Credential, type DatabaseEndpoint, ROLES, type Role } from "./endpoint.ts";
import { plainUrl } from "./environment-file/urls.ts";
import { type EnvironmentFile, environmentFile } from "./environment-file.ts";
import type { Job } from "./job/job.ts";
import type { Snapshot } from "./job/snapshot.ts";
import { RESERVED_CONNECTIONS } from "./pool/budget.ts";
import { type PoolSettings, poolSettings } from "./pool.ts";
import { ROOT } from "./root.ts";
import type { CommonSettings } from "./settings.ts";
import { WrittenFile } from "./written-file.ts";

export type StackOutputs = Readonly<Record<string, unknown>>;

type Pooler = NonNullable<EnvironmentFile["pooler"]>;

export interface OutputArgs {
  readonly settings: CommonSettings;
  readonly endpoint: DatabaseEndpoint;
  readonly job: Pick<Job, "copy" | "done">;
  readonly snapshot: Snapshot | null;
  readonly pool: PoolSettings;
  /** Where the application connects, where that is not the server itself: by another address, such as a proxy's … */
  readonly application?: { readonly host: Output<string>; readonly rootCertificate: Output<string> };
  /** … or through PgBouncer. */
  readonly pooler?: Output<Pooler>;
}

/**
 * Sized for the application's instances against what the server has.
 * @throws LandbridgeError STACK_CONFIG (usage) when their connections do not fit into it
 */
export const poolOf = (
  settings: CommonSettings,
  place: { readonly cores: number; readonly reserved: keyof typeof RESERVED_CONNECTIONS; readonly pooled: boolean },
): PoolSettings =>
  poolSettings({
    cores: place.cores,
    instances: settings.instances,
    preset: settings.pool,
    maxConnections: settings.maxConnections,
    reserved: RESERVED_CONNECTIONS[place.reserved],
    applicationName: settings.user,
    pooled: place.pooled,
  });

/** The outputs that all targets have, and the files that come with them: `.env.<stack>` and the server's root certificate. */
export const commonOutputs = (args: OutputArgs): StackOutputs => {
  const { settings, endpoint, job, snapshot, pool } = args;
  const { host, port, database, credentials } = endpoint;
  const url = (name: string, role: Role): StackOutputs => {
    const whole = urlWithPassword(endpoint, credentials[role]);
    return whole === undefined ? {} : { [name]: whole };
  };
  const secretArns = ROLES.flatMap((role) => {
    const { secretArn } = credentials[role];
    return secretArn === undefined ? [] : [[role, secretArn] as const];
  });
  return {
    kind: endpoint.kind,
    host,
    port,
    database,
    schema: settings.schema.name,
    roles: Object.fromEntries(ROLES.map((role) => [role, credentials[role].user])),
    ...url("url", "application"),
    ...url("ownerUrl", "owner"),
    ...url("analystUrl", "analyst"),
    ...url("monitorUrl", "monitor"),
    ...(secretArns.length === 0 ? {} : { secretArns: Object.fromEntries(secretArns) }),
    snapshot: snapshot === null ? null : { path: snapshot.path, sha256: snapshot.sha256, bytes: snapshot.bytes },
    copy:
      job.copy === null ? null : { exitCode: job.copy.exitCode, summary: job.copy.summary, report: job.copy.report },
    pool,
    environmentFile: writtenEnvironment(args).path,
  };
};

/** undefined where the password is not ours to know. */
const urlWithPassword = (
  { host, port, database, sslmode }: DatabaseEndpoint,
  { user, password }: Credential,
): Output<string> | undefined => {
  if (password === undefined) return undefined;
  return all([host, port, database, sslmode, user, secret(password)]).apply(([name, number, db, mode, role, word]) =>
    plainUrl({ host: name, port: number, database: db, sslmode: mode, user: role, password: word }),
  );
};

const writtenEnvironment = ({ settings, endpoint, job, pool, application, pooler }: OutputArgs): WrittenFile => {
  const { port, database, sslmode } = endpoint;
  const { host, rootCertificate } = application ?? endpoint;
  const { user, password, secretArn } = endpoint.credentials.application;
  const { stack, schema } = settings;
  // Not before there is something to connect to.
  const after = { dependsOn: [job.done] as Resource[] };
  const certificate =
    rootCertificate === undefined
      ? undefined
      : new WrittenFile("root-certificate", { path: `.landbridge/${stack}-root.crt`, content: rootCertificate }, after);
  const address = all([host, port, database, sslmode, user]);
  const beside = all([password ?? "", secretArn ?? "", certificate?.path ?? "", rootCertificate ?? ""]);
  const content = all([address, beside, pooler ?? output(undefined)]).apply(
    ([where, [word, arn, rootPath, pem], through]) =>
      environmentFile({
        stack,
        ...addressed(where),
        credential: arn === "" ? { password: word } : { secretArn: arn },
        // A public authority has no file of its own.
        ...(pem === "" ? {} : { rootCertificate: join(ROOT, rootPath) }),
        schema: schema.name,
        pool,
        ...(through === undefined ? {} : { pooler: through }),
      }),
  );
  return new WrittenFile("environment-file", { path: `.env.${stack}`, content }, after);
};

const addressed = ([host, port, database, sslmode, user]: readonly [string, number, string, SslMode, string]) => ({
  host,
  port,
  database,
  sslmode,
  user,
});
