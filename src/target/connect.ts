/**
 * The only way to a target: every session gets the same settings, a name that other runs can recognise
 * (`landbridge <purpose>`), and failures in words that say what to do.
 */
import pg from "pg";
import { connectionError } from "./connection-error.ts";
import type { Target } from "./model.ts";
import { quoteLiteral } from "./quote.ts";

/** Above this a server that does not answer is treated as unreachable; libpq users override it with connect_timeout. */
const CONNECT_TIMEOUT_MS = 15_000;

/**
 * What a session must not inherit from a role, a database or a server's configuration: it would change values or cut work
 * short.
 */
const SESSION = [
  ["client_encoding", "UTF8"],
  ["TimeZone", "UTC"],
  ["DateStyle", "ISO, YMD"],
  ["IntervalStyle", "postgres"],
  ["extra_float_digits", "1"],
  ["bytea_output", "hex"],
  ["standard_conforming_strings", "on"],
  ["idle_in_transaction_session_timeout", "0"],
  ["idle_session_timeout", "0"],
  // A row security policy raises an error instead of hiding rows from the proof.
  ["row_security", "off"],
] as const;

/**
 * Opens one session. `purpose` becomes part of its application_name (`copy`, `finish`, `verify` …); callers that load rows
 * pass `copy <run id>`, which is how a resumed run finds what a killed one left behind. For those, synchronous_commit is
 * off: rows and their ledger row share a commit, so a server crash loses both or neither and the slice is loaded again.
 * A connection that breaks later fails the query in flight and never raises an unhandled "error" event.
 * @throws LandbridgeError TARGET_UNREACHABLE, TARGET_AUTHENTICATION, TARGET_DATABASE_MISSING, TARGET_TLS, TARGET_TOO_MANY_CONNECTIONS
 */
export const connect = async (target: Target, purpose: string): Promise<pg.Client> => {
  const client = await open(target, purpose);
  try {
    await client.query(sessionSettings(purpose));
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw connectionError(target, error);
  }
};

const open = async (target: Target, purpose: string): Promise<pg.Client> => {
  const attempts = transports(target);
  let refused: unknown;
  for (const ssl of attempts) {
    // A copy, because the driver hides the private key of the object that it is given.
    const client = new pg.Client(clientConfig(target, purpose, typeof ssl === "object" ? { ...ssl } : ssl));
    client.on("error", () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      refused = error;
      if (!mayTryNext(error)) break;
    }
  }
  throw connectionError(target, refused);
};

type Transport = Exclude<pg.ClientConfig["ssl"], undefined>;

/** libpq's order of attempts: `prefer` is TLS first and plain where the server has none, `allow` the other way round. */
const transports = (target: Target): readonly Transport[] => {
  const ssl = target.config.ssl ?? false;
  const onSocket = target.config.host?.startsWith("/") ?? false;
  if (onSocket) return [false];
  switch (target.sslmode) {
    case "prefer":
      return [ssl, false];
    case "allow":
      return [false, ssl];
    case "verify-ca":
      return [{ ...(typeof ssl === "object" ? ssl : {}), checkServerIdentity: () => undefined }];
    default:
      return [ssl];
  }
};

/**
 * A second transport helps only where the first was refused as a transport: no TLS on the server, or pg_hba.conf wants the
 * other.
 */
const mayTryNext = (error: unknown): boolean =>
  error instanceof Error &&
  (/does not support SSL|error establishing an SSL/.test(error.message) ||
    ("code" in error && error.code === "28000" && /encryption|SSL/i.test(error.message)));

const clientConfig = (target: Target, purpose: string, ssl: Transport): pg.ClientConfig => ({
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  ...target.config,
  ssl,
  // A function, because an empty string would make the driver look into the process's environment.
  password: target.config.password ?? (() => ""),
  application_name: applicationName(purpose),
  keepAlive: true,
  keepAliveInitialDelayMillis: 30_000,
});

/** PostgreSQL cuts application_name at 63 bytes; the purpose comes first so that the cut never hides it. */
export const applicationName = (purpose: string): string => `landbridge ${purpose}`.slice(0, 63);

/**
 * In one message, the timeout first, so that it cannot cut the rest short; a setting that an old server does not have yet is
 * left out, so that the version check can have its say.
 */
const sessionSettings = (purpose: string): string => {
  const settings: (readonly [string, string])[] = [...SESSION];
  if (purpose === "copy" || purpose.startsWith("copy ")) settings.push(["synchronous_commit", "off"]);
  const values = settings.map(([name, value]) => `(${quoteLiteral(name)}, ${quoteLiteral(value)})`).join(", ");
  return `SET statement_timeout = 0; SELECT set_config(s.name, wanted.value, false) FROM (VALUES ${values}) AS wanted(name, value)
          JOIN pg_catalog.pg_settings s ON lower(s.name) = lower(wanted.name)`;
};
