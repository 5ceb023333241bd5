/** Turns what a driver, a socket or TLS says about a failed connection into an error that a person can act on. */
import { LandbridgeError } from "../errors.ts";
import type { Target } from "./model.ts";

interface Words {
  readonly code: string;
  readonly happened: (target: Target, reason: string) => string;
  readonly remedy: string;
}

const UNREACHABLE: Words = {
  code: "TARGET_UNREACHABLE",
  happened: ({ display }, reason) => `${display} does not answer: ${reason}`,
  remedy: "Check that the server is running, and that host, port and firewall let this machine reach it.",
};
/** Amazon's databases are in networks of their own, where nobody gets in from outside. */
const PRIVATE: Words = {
  ...UNREACHABLE,
  remedy:
    "From outside its network the way is npm run tunnel; inside, check the server, and that the security group lets this machine in.",
};
const AUTHENTICATION: Words = {
  code: "TARGET_AUTHENTICATION",
  happened: ({ display }, reason) => `${display} refuses this user: ${reason}`,
  remedy: "Give the right password in the URL, PGPASSWORD or a PGPASSFILE, and check the server's pg_hba.conf.",
};
const DATABASE_MISSING: Words = {
  code: "TARGET_DATABASE_MISSING",
  happened: ({ display }) => `The server is there, but the database of ${display} is not.`,
  remedy: "Create it (CREATE DATABASE … ENCODING 'UTF8'), or name another one at the end of the URL.",
};
const TLS: Words = {
  code: "TARGET_TLS",
  happened: ({ display }, reason) => `No trusted encrypted connection to ${display}: ${reason}`,
  remedy:
    "Check sslmode and sslrootcert in the URL: verify-full needs the certificate of the CA and the very host name of the certificate; sslmode=disable is for servers without TLS.",
};
const TOO_MANY: Words = {
  code: "TARGET_TOO_MANY_CONNECTIONS",
  happened: ({ display }, reason) => `${display} has no connection left: ${reason}`,
  remedy: "Close other sessions, raise max_connections, or use fewer workers with --jobs.",
};

const BY_CODE: ReadonlyMap<string, Words> = new Map([
  ["28P01", AUTHENTICATION],
  ["28000", AUTHENTICATION],
  ["3D000", DATABASE_MISSING],
  ["53300", TOO_MANY],
  ["42501", AUTHENTICATION],
]);

/** Node's codes for certificates that do not verify (X509_V_ERR_* and its own). */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_SSL|ERR_TLS|EPROTO|HOSTNAME_MISMATCH|CRL/;

/** @returns the LandbridgeError for a connection that could not be made; `cause` keeps the driver's error for `isTransient`. */
export const connectionError = (target: Target, cause: unknown): LandbridgeError => {
  if (cause instanceof LandbridgeError) return cause;
  const words = wordsFor(cause, target);
  const reason = withoutPassword(target, reasonOf(cause));
  return new LandbridgeError({
    code: words.code,
    message: words.happened(target, reason),
    remedy: words.remedy,
    cause,
  });
};

const wordsFor = (cause: unknown, { config }: Target): Words => {
  const unreachable = /\.rds\.(?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?$/.test(config.host ?? "")
    ? PRIVATE
    : UNREACHABLE;
  if (!(cause instanceof Error)) return unreachable;
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  // pg_hba.conf that wants TLS answers with the code of a failed login.
  if (code === "28000" && /no encryption|SSL off/i.test(cause.message)) return TLS;
  const known = BY_CODE.get(code);
  if (known !== undefined) return known;
  if (CERTIFICATE.test(code) || /SSL|TLS|certificate/i.test(cause.message)) return TLS;
  if (/SASL|SCRAM|password/i.test(cause.message)) return AUTHENTICATION;
  return unreachable;
};

const reasonOf = (cause: unknown): string => {
  // Node tries each address of a name and reports them together, with an empty message of its own.
  if (cause instanceof AggregateError && cause.message === "") return cause.errors.map(reasonOf).join("; ");
  if (!(cause instanceof Error)) return String(cause);
  if (/must be a (non-empty )?string/.test(cause.message)) return "a password is asked for and none was given";
  return cause.message === "" ? cause.name : cause.message;
};

const withoutPassword = ({ config }: Target, text: string): string =>
  typeof config.password === "string" && config.password !== "" ? text.replaceAll(config.password, "****") : text;
