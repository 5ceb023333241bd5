/** pgAdmin, with the stack's server in its list (https://www.pgadmin.org/docs/pgadmin4/latest/container_deployment.html). */
import type { CustomResourceOptions, Output } from "@pulumi/pulumi";
import { output } from "@pulumi/pulumi";
import { type Companion, type CompanionArgs, serverAddress } from "./companion.ts";
import { randomPassword } from "./passwords.ts";

const IMAGE = "dpage/pgadmin4:9";
/** pgAdmin wants an address, of a domain that it does not take for an invented one; nobody writes to it. */
const LOGIN = "admin@example.com";
/** Above 1024, so that it needs no right that its container does not have. */
const PORT = 5050;
const PASSWORD_FILE = "/etc/landbridge/pgadmin-password";
const AUTHORITY_FILE = "/etc/landbridge/ca.crt";

/** People log in to pgAdmin by `password`, and to the server as whom they choose: it is given no login of the database. */
export const pgadmin = (
  name: string,
  external: number,
  args: CompanionArgs,
  { parent }: CustomResourceOptions,
): { readonly companion: Companion; readonly password: Output<string> } => {
  const password = randomPassword(`${name}-pgadmin-password`, null, parent === undefined ? {} : { parent });
  const authority = args.endpoint.rootCertificate;
  const servers = args.endpoint.credentials.analyst.user.apply((user) => serverList(args, user));
  const companion: Companion = {
    image: IMAGE,
    envs: [
      `PGADMIN_DEFAULT_EMAIL=${LOGIN}`,
      `PGADMIN_DEFAULT_PASSWORD_FILE=${PASSWORD_FILE}`,
      `PGADMIN_LISTEN_PORT=${PORT}`,
      "PGADMIN_DISABLE_POSTFIX=true",
      "PGADMIN_CONFIG_UPGRADE_CHECK_ENABLED=False",
    ],
    port: { internal: PORT, external },
    files: [
      { file: PASSWORD_FILE, content: password },
      { file: "/pgadmin4/servers.json", content: output(servers) },
      ...(authority === undefined ? [] : [{ file: AUTHORITY_FILE, content: authority }]),
    ],
    memoryMegabytes: 512,
  };
  return { companion, password };
};

const serverList = (args: CompanionArgs, user: string): string => {
  const { host, port, database, sslmode } = serverAddress(args);
  const authority = args.endpoint.rootCertificate === undefined ? {} : { sslrootcert: AUTHORITY_FILE };
  const server = {
    Name: args.settings.stack,
    Group: "Landbridge",
    Host: host,
    Port: port,
    MaintenanceDB: database,
    Username: user,
    ConnectionParameters: { sslmode, connect_timeout: 10, ...authority },
  };
  return `${JSON.stringify({ Servers: { 1: server } }, null, 2)}\n`;
};
