/** PgBouncer: few server connections for many clients, by transaction (https://www.pgbouncer.org/config.html). */
import { all } from "@pulumi/pulumi";
import { RESERVED_CONNECTIONS } from "../pool/budget.ts";
import { pgBouncerSettings } from "../pool/pgbouncer.ts";
import { type Companion, type CompanionArgs, passwordOf, serverAddress } from "./companion.ts";

/** PgBouncer's version, which also names the image; from 1.21 on it follows prepared statements. */
export const PGBOUNCER_VERSION = "1.24.1";
const IMAGE = `edoburu/pgbouncer:v${PGBOUNCER_VERSION}-p1`;
const DIRECTORY = "/etc/pgbouncer";

/**
 * Application and analyst go by it; the owner does not: migrations and the copy need a session of their own. It logs in to the
 * server as its client does, for which it has to know the passwords themselves.
 */
export const pgbouncer = (external: number, args: CompanionArgs): Companion => {
  const { application, analyst, monitor } = args.endpoint.credentials;
  const users = [application, analyst, monitor].map((login) => all([login.user, passwordOf(login)]));
  const authority = args.endpoint.rootCertificate;
  return {
    image: IMAGE,
    port: { internal: 6432, external },
    files: [
      { file: `${DIRECTORY}/pgbouncer.ini`, content: monitor.user.apply((user) => configuration(args, user)) },
      { file: `${DIRECTORY}/userlist.txt`, content: all(users).apply(userList) },
      ...(authority === undefined ? [] : [{ file: `${DIRECTORY}/ca.crt`, content: authority }]),
    ],
    memoryMegabytes: 128,
  };
};

/** `"name" "password"` a line; a double quote is written twice. */
export const userList = (users: readonly (readonly [user: string, password: string])[]): string =>
  users.map((pair) => `${pair.map((word) => `"${word.replaceAll('"', '""')}"`).join(" ")}\n`).join("");

const configuration = (args: CompanionArgs, monitor: string): string => {
  const { host, port, sslmode } = serverAddress(args);
  const { maxConnections } = args.settings;
  const settings = {
    listen_addr: "*",
    listen_port: 6432,
    auth_type: "scram-sha-256",
    auth_file: `${DIRECTORY}/userlist.txt`,
    stats_users: monitor,
    server_tls_sslmode: sslmode,
    ...(sslmode === "disable" ? {} : { server_tls_ca_file: `${DIRECTORY}/ca.crt` }),
    ...pgBouncerSettings({ maxConnections, reserved: RESERVED_CONNECTIONS.postgres }, PGBOUNCER_VERSION),
  };
  return [
    "[databases]",
    `* = host=${host} port=${port}`,
    "",
    "[pgbouncer]",
    ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
    "",
  ].join("\n");
};
