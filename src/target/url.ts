/**
 * Reads a target's address as people have it: libpq URLs, and those of SQLAlchemy and the like with a driver in the scheme.
 * What a URL leaves open is filled in as libpq does, from the values of the environment that the caller passes.
 */
import { existsSync } from "node:fs";
import { isIP } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { ClientConfig } from "pg";
import { usageError } from "../errors.ts";
import type { Target } from "./model.ts";
import { passwordFromFile } from "./pgpass.ts";
import { sslSettings } from "./sslmode.ts";

export interface TargetSources {
  /** Wins over the URL's own password. */
  readonly password?: string;
  /** Wins over PGPASSFILE and ~/.pgpass. */
  readonly passFile?: string;
  /** HOME, PGPASSWORD, PGPASSFILE, PGSSLMODE, PGSSLROOTCERT, PGHOST, PGPORT, PGUSER, PGDATABASE; src/ never reads process.env. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const SCHEME = /^(?:postgres|postgresql)(?:\+(?:asyncpg|psycopg|psycopg2|psycopg_async|pg8000))?:\/\//i;
const PARTS = /^(?:(?<login>[^/?]*)@)?(?<authority>[^/?]*)(?:\/(?<database>[^?]*))?(?:\?(?<options>.*))?$/s;

/** Options of a URL that change nothing for a session that is opened by us to one server. */
const WITHOUT_EFFECT = new Set([
  "application_name",
  "fallback_application_name",
  "target_session_attrs",
  "load_balance_hosts",
  "client_encoding",
  "keepalives",
  "keepalives_idle",
  "keepalives_interval",
  "keepalives_count",
  "tcp_user_timeout",
  "gssencmode",
  "krbsrvname",
  "channel_binding",
  "uselibpqcompat",
]);
const KNOWN = new Set([
  ...["host", "port", "user", "password", "dbname", "passfile", "connect_timeout", "options"],
  ...["sslmode", "ssl", "sslrootcert", "sslcert", "sslkey", "hostaddr"],
]);

/**
 * @param text e.g. `postgresql://ann@db.example:5432/app?sslmode=verify-full`
 * @throws LandbridgeError TARGET_URL (usage), with no part of the text that may be a password
 */
export const parseTarget = (text: string, sources: TargetSources = {}): Target => {
  const { environment = {} } = sources;
  const { login, authority, database: path, options } = split(text);
  const [user, password] = halves(login, ":");
  const { host: urlHost, port: urlPort } = hostAndPort(authority);

  const portText = options.get("port") ?? urlPort ?? environment["PGPORT"] ?? "5432";
  if (!/^\d{1,5}$/.test(portText) || Number(portText) > 65_535) throw malformed(`"${portText}" is not a port.`);
  const port = Number(portText);
  const host = first(options.get("host"), urlHost, environment["PGHOST"]) ?? localServer(port);
  if (host.includes(",")) throw malformed("it names several hosts; name the one that is to be written to.");
  const name = first(options.get("user"), decoded(user), environment["PGUSER"]) ?? userInfo().username;
  const database = first(options.get("dbname"), decoded(path ?? ""), environment["PGDATABASE"]) ?? name;

  const secret =
    sources.password ??
    first(options.get("password"), decoded(password)) ??
    first(environment["PGPASSWORD"]) ??
    passwordFromFile(first(sources.passFile, options.get("passfile")), environment, {
      host,
      port,
      database,
      user: name,
    });
  const address = hostAddress(options.get("hostaddr"));
  const { sslmode, ssl, explicit } = sslSettings(options, environment);
  const timeout = connectTimeout(options.get("connect_timeout"));
  const sessionOptions = options.get("options");
  const config: ClientConfig = {
    host: address ?? host,
    port,
    user: name,
    database,
    ...(secret === undefined ? {} : { password: secret }),
    ssl: address !== undefined && typeof ssl === "object" ? { ...ssl, servername: host } : ssl,
    ...(timeout === undefined ? {} : { connectionTimeoutMillis: timeout }),
    ...(sessionOptions === undefined ? {} : { options: sessionOptions }),
    enableChannelBinding: true,
  };
  const shown: readonly [string, string][] = address === undefined ? explicit : [["hostaddr", address], ...explicit];
  return { config, display: display(name, host, port, database, shown), embedded: false, sslmode };
};

/** libpq's hostaddr: where to connect, while the certificate is still asked for the host's name; a tunnel has need of it. */
const hostAddress = (text: string | undefined): string | undefined => {
  if (text === undefined || isIP(text) !== 0) return text;
  throw malformed(`hostaddr="${text}" is not an IP address.`);
};

interface Parts {
  readonly login: string;
  readonly authority: string;
  readonly database: string | undefined;
  readonly options: ReadonlyMap<string, string>;
}

const split = (text: string): Parts => {
  const scheme = SCHEME.exec(text.trim());
  if (scheme === null) throw wrongScheme(text.trim());
  const parts = PARTS.exec(text.trim().slice(scheme[0].length))?.groups;
  if (parts === undefined) throw malformed("it is not postgresql://user:password@host:port/database.");
  const { login = "", authority = "", database, options = "" } = parts;
  return { login, authority, database, options: readOptions(options) };
};

const readOptions = (text: string): Map<string, string> => {
  const options = new Map<string, string>();
  for (const pair of text.split("&").filter((part) => part !== "")) {
    const [key, value] = halves(pair, "=").map(decoded) as [string, string];
    if (WITHOUT_EFFECT.has(key)) continue;
    if (!KNOWN.has(key)) throw unknownOption(key);
    options.set(key, value);
  }
  return options;
};

const hostAndPort = (authority: string): { host: string; port: string | undefined } => {
  const bracketed = /^\[(?<host>[^\]]*)\](?::(?<port>.*))?$/.exec(authority)?.groups;
  if (bracketed !== undefined) return { host: bracketed["host"]!, port: first(bracketed["port"]) };
  const [host, port] = halves(authority, ":");
  return { host: decoded(host), port: first(port) };
};

/** libpq without a host means the local server's socket; where there is none, the local server's port is the next best. */
const localServer = (port: number): string =>
  ["/var/run/postgresql", "/tmp"].find((directory) => existsSync(join(directory, `.s.PGSQL.${port}`))) ?? "localhost";

const connectTimeout = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^\d{1,6}$/.test(text)) throw malformed(`connect_timeout="${text}" is not a number of seconds.`);
  return Number(text) * 1000;
};

const display = (
  user: string,
  host: string,
  port: number,
  database: string,
  ssl: readonly [string, string][],
): string => {
  const options = ssl.map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  const onSocket = host.startsWith("/");
  if (onSocket) options.unshift(`host=${encodeURIComponent(host)}`, `port=${port}`);
  const server = onSocket ? "" : `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const query = options.length === 0 ? "" : `?${options.join("&")}`;
  return `postgresql://${encodeURIComponent(user)}@${server}/${encodeURIComponent(database)}${query}`;
};

const halves = (text: string, separator: string): [string, string] => {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
};

const decoded = (text: string): string => {
  try {
    const plain = decodeURIComponent(text);
    if (plain.includes("\0")) throw new URIError("NUL");
    return plain;
  } catch {
    throw malformed(
      'it has a "%" that is not followed by two hexadecimal digits of valid UTF-8; a "%" itself is written %25.',
    );
  }
};

/** Empty counts as not given, as it does for libpq. */
const first = (...values: readonly (string | undefined)[]): string | undefined =>
  values.find((value) => value !== undefined && value !== "");

const malformed = (why: string) =>
  usageError({
    code: "TARGET_URL",
    message: `The target's URL cannot be read: ${why}`,
    remedy:
      "Write postgresql://user:password@host:port/database, with special characters of the password percent-encoded.",
  });

const wrongScheme = (text: string) => {
  const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(text)?.[0];
  if (scheme?.startsWith("sqlite")) return malformed("it is a SQLite URL, and the target must be a PostgreSQL.");
  return malformed(scheme === undefined ? "it does not begin with postgresql://." : `"${scheme}" is not PostgreSQL.`);
};

const unknownOption = (key: string) =>
  usageError({
    code: "TARGET_URL",
    message: `The target's URL has an option that is not libpq's: "${key}".`,
    remedy:
      key === "schema"
        ? "Take it out of the URL and say --schema instead."
        : key === "pgbouncer"
          ? "Take it out, and give the URL of the server itself instead of its pooler."
          : `Take it out of the URL. Known: ${[...KNOWN].join(", ")}.`,
  });
