/** What a companion of the database is, and how it reaches the server. */
import { type Input, type Output, output } from "@pulumi/pulumi";
import type { Credential, DatabaseEndpoint } from "../endpoint.ts";
import type { DockerSettings } from "../settings/targets.ts";
import type { CommonSettings } from "../settings.ts";
import { PORT } from "./server-container.ts";

export interface CompanionArgs {
  readonly settings: CommonSettings & DockerSettings;
  readonly network: Input<string>;
  readonly endpoint: Pick<DatabaseEndpoint, "credentials" | "inside" | "rootCertificate">;
}

/** What each of them says of its container. */
export interface Companion {
  readonly image: string;
  readonly envs?: readonly Input<string>[];
  readonly port: { readonly internal: number; readonly external: number };
  readonly files: readonly { readonly file: string; readonly content: Input<string> }[];
  readonly memoryMegabytes: number;
}

/** `host`, `port` and login of the server as seen from the network. */
export const serverAddress = ({ endpoint, settings }: CompanionArgs) => ({
  host: settings.container,
  port: PORT,
  database: settings.database,
  sslmode: endpoint.rootCertificate === undefined ? "disable" : "verify-full",
});

/** Here every login has a password that the stack made or was given. */
export const passwordOf = ({ password }: Credential): Output<string> => password ?? output("");
