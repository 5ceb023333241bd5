/** libpq's sslmode and its files, as options of Node's TLS (https://www.postgresql.org/docs/current/libpq-ssl.html). */
import { readFileSync } from "node:fs";
import { getCACertificates } from "node:tls";
import type { ClientConfig } from "pg";
import { usageError } from "../errors.ts";
import type { SslMode } from "./model.ts";

const MODES: readonly SslMode[] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

export interface SslSettings {
  readonly sslmode: SslMode;
  readonly ssl: NonNullable<ClientConfig["ssl"]>;
  /** What the URL said about it, for an address that can be used again. */
  readonly explicit: readonly [string, string][];
}

/**
 * disable: plain · allow, prefer: whatever works (see connect) · require: encrypted, nobody verified · verify-ca: the chain is
 * verified, the name is not · verify-full: both. As with libpq, `require` with a root certificate verifies the chain.
 * @throws LandbridgeError TARGET_URL (usage)
 */
export const sslSettings = (
  options: ReadonlyMap<string, string>,
  environment: Readonly<Record<string, string | undefined>>,
): SslSettings => {
  // asyncpg spells it `ssl=`, with libpq's words or true.
  const spelled =
    options.get("sslmode") ??
    options
      .get("ssl")
      ?.replace(/^true$/i, "require")
      .replace(/^false$/i, "disable");
  const root = options.get("sslrootcert") ?? nonEmpty(environment["PGSSLROOTCERT"]);
  const word = spelled ?? nonEmpty(environment["PGSSLMODE"]) ?? (root === "system" ? "verify-full" : "prefer");
  const asked = MODES.find((mode) => mode === word);
  if (asked === undefined) throw wrong(`sslmode "${word}" does not exist; there are ${MODES.join(", ")}.`);
  if (root === "system" && asked !== "verify-full")
    throw wrong("sslrootcert=system trusts every public CA, which is only safe with sslmode=verify-full.");
  if (asked === "verify-ca" && root === undefined) throw wrong("sslmode=verify-ca needs sslrootcert=<file of the CA>.");
  const sslmode = asked === "require" && root !== undefined ? "verify-ca" : asked;
  const explicit: [string, string][] = [
    ...(spelled === undefined ? [] : [["sslmode", spelled] as [string, string]]),
    ...["sslrootcert", "sslcert", "sslkey"].flatMap((key) =>
      options.has(key) ? [[key, options.get(key)!] as [string, string]] : [],
    ),
  ];
  return { sslmode, ssl: tlsOptions(sslmode, root, options), explicit };
};

const tlsOptions = (
  sslmode: SslMode,
  root: string | undefined,
  options: ReadonlyMap<string, string>,
): SslSettings["ssl"] => {
  if (sslmode === "disable") return false;
  const verified = sslmode === "verify-ca" || sslmode === "verify-full";
  const [certificate, key] = [options.get("sslcert"), options.get("sslkey")];
  return {
    rejectUnauthorized: verified,
    ...(verified ? { ca: authorities(root) } : {}),
    ...(certificate === undefined ? {} : { cert: fileOf("sslcert", certificate) }),
    ...(key === undefined ? {} : { key: fileOf("sslkey", key) }),
  };
};

/** Without a file of one's own: what this machine and Node trust. */
const authorities = (root: string | undefined): string[] =>
  root === undefined || root === "system"
    ? [...getCACertificates("default"), ...getCACertificates("system")]
    : [fileOf("sslrootcert", root)];

const fileOf = (option: string, path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw wrong(`${option}: ${path} cannot be read.`, cause);
  }
};

const nonEmpty = (text: string | undefined): string | undefined => (text === "" ? undefined : text);

const wrong = (message: string, cause?: unknown) =>
  usageError({
    code: "TARGET_URL",
    message: `The target's TLS settings do not fit: ${message}`,
    remedy: "Use sslmode=require, or sslmode=verify-full&sslrootcert=<file of the CA> to know whom you talk to.",
    cause,
  });
