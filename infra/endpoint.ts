/** What every way of getting a PostgreSQL returns. The rest of the program does not know which one it has. */
import { all, type Input, type Output, type Resource } from "@pulumi/pulumi";
import type { SslMode } from "../src/target/model.ts";
import { ROLE_PARTS } from "../src/target/roles.ts";
import { urlWithMode } from "./environment-file/urls.ts";

/**
 * A login. Exactly one of `password` and `secretArn` is there: where AWS keeps the password it never passes through here, nor
 * into state.
 */
export interface Credential {
  readonly user: Output<string>;
  readonly password?: Output<string>;
  /** AWS Secrets Manager; a JSON document with the key `password`. */
  readonly secretArn?: Output<string>;
}

/**
 * The roles of a database. `administrator` prepares the server, `owner` owns the tables and copies into them, `application`
 * reads and writes rows and nothing else, `analyst` only reads, `monitor` sees statistics.
 */
export const ROLES = ["administrator", ...ROLE_PARTS] as const;
export type Role = (typeof ROLES)[number];

export interface DatabaseEndpoint {
  readonly kind: "docker" | "aws" | "existing";
  /** As the machine sees it that runs the program and the application. */
  readonly host: Output<string>;
  readonly port: Output<number>;
  readonly database: Output<string>;
  readonly sslmode: Output<SslMode>;
  /** PEM of the authority that signed the server's certificate, where it is not a public one. */
  readonly rootCertificate?: Output<string>;
  readonly credentials: Readonly<Record<Role, Credential>>;
  /** As a job inside the database's own network sees it; absent: as everybody else does. */
  readonly inside?: { readonly host: Output<string>; readonly port: Output<number>; readonly network: Output<string> };
  /** Of the very cluster, where it is known: another value, and what was done in the old one has to be done again. */
  readonly identity?: Output<string>;
  /** Changes with each of the passwords, where they do not pass through here. */
  readonly passwordsVersion?: Output<string>;
  /** What has to be there before anybody connects: the healthy container, the available instance. */
  readonly ready: Input<Resource>[];
}

/** `postgresql://user@host:port/database?sslmode=…`: without a password, so that it may be shown. */
export const urlWithoutPassword = (
  { host, port, database, sslmode }: Pick<DatabaseEndpoint, "host" | "port" | "database" | "sslmode">,
  user: Output<string>,
): Output<string> =>
  all([host, port, database, sslmode, user]).apply(([name, number, db, mode, role]) =>
    urlWithMode({ host: name, port: number, database: db, sslmode: mode, user: role }),
  );
