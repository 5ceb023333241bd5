/** What the tunnel says: the address, and which verb goes which way. */
import type { Login, TunnelPlace } from "./place.ts";

export interface Address {
  readonly place: TunnelPlace;
  readonly localPort: number;
  /** The file of the authority that signs RDS's certificates; null: that region's is not known. */
  readonly rootCertificate: string | null;
}

/**
 * Without a password. `hostaddr` is where libpq connects, the host is whom it asks the certificate for: so that verify-full holds
 * through the tunnel (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-HOSTADDR).
 */
export const tunnelUrl = ({ place, localPort, rootCertificate }: Address, login: Login): string => {
  const tls =
    rootCertificate === null
      ? "sslmode=require"
      : `sslmode=verify-full&sslrootcert=${encodeURIComponent(rootCertificate)}`;
  const [user, database] = [login.user, place.database].map(encodeURIComponent);
  return `postgresql://${user}@${place.host}:${localPort}/${database}?hostaddr=127.0.0.1&${tls}`;
};

/** The owner's address comes first: it is what Landbridge's verbs take. */
export const openedText = (address: Address): string => {
  const { place, localPort, rootCertificate } = address;
  const driver =
    rootCertificate === null
      ? "with sslmode=require"
      : `with sslmode=verify-ca, or to ${place.host} with verify-full and the line "127.0.0.1 ${place.host}" in the hosts file`;
  return [
    `The tunnel is open: 127.0.0.1:${localPort} is ${place.host}:${place.port}. Ctrl-C closes it.`,
    "  The owner, for migrate, verify, import and teardown (--target):",
    ...loginLines(address, place.owner),
    "  The application:",
    ...loginLines(address, place.application),
    "  For Landbridge and whatever is built on libpq: the server is verified under its own name.",
    `  For drivers without hostaddr: connect to 127.0.0.1:${localPort} ${driver}.`,
  ].join("\n");
};

const loginLines = (address: Address, login: Login): readonly string[] => [
  `    ${tunnelUrl(address, login)}`,
  ...(login.secretArn === undefined
    ? []
    : [
        `    its password: aws secretsmanager get-secret-value --region ${address.place.region} --secret-id ${login.secretArn} --query SecretString --output text`,
      ]),
];

export interface Route {
  readonly verbs: readonly string[];
  readonly way: "here" | "task" | "tunnel";
  readonly how: string;
}

/** A private database is reached from inside its network: by the job, or through the tunnel. */
export const routes = (stack: string): readonly Route[] => [
  {
    verbs: ["snapshot", "inspect", "plan", "export"],
    way: "here",
    how: "read the SQLite file, on the machine where it is; they need no way to the database",
  },
  {
    verbs: ["init", "the application's migration", "job"],
    way: "task",
    how: `run inside the network as tasks of the stack: npm run pulumi -- up --stack ${stack}`,
  },
  {
    verbs: ["migrate", "verify", "import", "teardown"],
    way: "tunnel",
    how: `reach it with --target and the owner's address that npm run tunnel -- --stack ${stack} prints`,
  },
];

export const routesText = (stack: string): string =>
  routes(stack)
    .map(({ verbs, way, how }) => `  ${way.padEnd(6)}  ${verbs.join(", ")}: ${how}.`)
    .join("\n");
