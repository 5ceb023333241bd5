/** One address in the forms of the drivers; what one of them takes as an option, another refuses. */
import type { SslMode } from "../../src/target/model.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Absent where it must not stand in a file. */
  readonly password?: string;
  readonly sslmode: SslMode;
  /** Path of the PEM file of the authority; absent: the system's own. */
  readonly rootCertificate?: string;
}

/** Everything but unreserved characters, and of those not `~`, which a shell would expand after a colon. */
export const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

type Options = Readonly<Record<string, string | number | undefined>>;

const url = (scheme: string, address: Address, options: Options): string => {
  const { host, port, database, user, password } = address;
  const login = password === undefined ? encoded(user) : `${encoded(user)}:${encoded(password)}`;
  const server = host.includes(":") ? `[${host}]` : host;
  const query = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encoded(String(value))}`)
    .join("&");
  return `${scheme}://${login}@${server}:${port}/${encoded(database)}${query === "" ? "" : `?${query}`}`;
};

/**
 * Drivers ask for no encryption, or try it, by themselves. Where it is not required, an option that says so would only be one
 * that SQLAlchemy hands to asyncpg, which does not know it.
 */
const mustEncrypt = (sslmode: SslMode): boolean => ["require", "verify-ca", "verify-full"].includes(sslmode);

const libpqTls = ({ sslmode, rootCertificate }: Address): Options =>
  mustEncrypt(sslmode) ? { sslmode, sslrootcert: rootCertificate } : {};

/** For libpq and Landbridge's own steps, with the mode said even where nothing is encrypted; it names no certificate's file. */
export const urlWithMode = (address: Address): string => url("postgresql", address, { sslmode: address.sslmode });

/** libpq (psql, psycopg, psycopg2), asyncpg.connect() and node-postgres. */
export const plainUrl = (address: Address): string => url("postgresql", address, libpqTls(address));

export const psycopgUrl = (address: Address, options: { connectTimeout: number; applicationName: string }): string =>
  url("postgresql+psycopg", address, {
    connect_timeout: options.connectTimeout,
    application_name: options.applicationName,
    ...libpqTls(address),
  });

/** SQLAlchemy passes options on as arguments of asyncpg.connect(); that takes the certificate from PGSSLROOTCERT. */
export const asyncpgUrl = (address: Address, options: { pooled: boolean }): string =>
  url("postgresql+asyncpg", address, {
    ssl: mustEncrypt(address.sslmode) ? address.sslmode : undefined,
    prepared_statement_cache_size: options.pooled ? 0 : undefined,
  });

/** https://www.prisma.io/docs/orm/overview/databases/postgresql#arguments */
export const prismaUrl = (
  address: Address,
  options: { schema: string; connections: number; poolTimeout: number; connectTimeout: number; pgbouncer: boolean },
): string =>
  url("postgresql", address, {
    schema: options.schema,
    connection_limit: options.connections,
    pool_timeout: options.poolTimeout,
    connect_timeout: options.connectTimeout,
    pgbouncer: options.pgbouncer ? "true" : undefined,
    ...prismaTls(address),
  });

const prismaTls = ({ sslmode, rootCertificate }: Address): Options => {
  if (!mustEncrypt(sslmode)) return {};
  return sslmode === "require"
    ? { sslmode: "require" }
    : { sslmode: "require", sslaccept: "strict", sslcert: rootCertificate };
};
