/** What the URLs of a server that is already there say, by the rules by which every other target's address is read. */
import { readFileSync } from "node:fs";
import type { SslMode } from "../../src/target/model.ts";
import { parseTarget } from "../../src/target/url.ts";
import { configError } from "../settings/mistake.ts";

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Empty without one: the server may know its clients in another way. */
  readonly password: string;
  readonly sslmode: SslMode;
  /** PEM; empty where a public authority, or nobody, is trusted. */
  readonly rootCertificate: string;
}

/** @throws LandbridgeError TARGET_URL, STACK_CONFIG (usage), with nothing in it that may be a password */
export const serverAddress = (url: string): ServerAddress => {
  const { config, display, sslmode = "prefer" } = parseTarget(url);
  const options = new URLSearchParams(display.split("?")[1] ?? "");
  if (options.has("sslcert") || options.has("sslkey"))
    throw configError("url", "it names a client's certificate, a file that does not travel with the job.");
  const root = options.get("sslrootcert");
  return {
    host: config.host!,
    port: config.port!,
    database: config.database!,
    user: config.user!,
    password: typeof config.password === "string" ? config.password : "",
    sslmode,
    rootCertificate: root === null || root === "system" ? "" : readFileSync(root, "utf8"),
  };
};

/** The administrator's login on the same server. @throws LandbridgeError TARGET_URL, STACK_CONFIG (usage) */
export const administratorOf = (adminUrl: string, server: ServerAddress): ServerAddress => {
  const administrator = serverAddress(adminUrl);
  if (administrator.host !== server.host || administrator.port !== server.port)
    throw configError("adminUrl", "it names another server than url does.");
  return administrator;
};
