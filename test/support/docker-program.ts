/** The Docker half of the stack on mocks: settings as a configuration gives them, and what the providers would answer. */
import type { MockResourceArgs } from "@pulumi/pulumi/runtime/mocks.js";
import type { DockerSettings } from "../../infra/settings/targets.ts";
import { type CommonSettings, parseSettings } from "../../infra/settings.ts";
import type { MockedProgram } from "./pulumi-program.ts";

export const dockerSettings = (
  config: Readonly<Record<string, string>> = {},
  stack = "dev",
): CommonSettings & DockerSettings => parseSettings(config, stack) as CommonSettings & DockerSettings;

/** What everything secret begins with here; nothing that is kept may contain it in the clear. */
export const GENERATED = "generated-and-not-to-be-seen";

export const onDocker = (preview: boolean): MockedProgram => ({ preview, state: answers });

const answers = ({ type, name }: MockResourceArgs): Record<string, unknown> => {
  if (type === "random:index/randomPassword:RandomPassword") return { result: `${GENERATED}-${name}` };
  if (type === "random:index/randomUuid:RandomUuid") return { result: "6f1c2a4e" };
  if (type.startsWith("tls:"))
    return { privateKeyPem: `${GENERATED}-${name}`, certPem: `cert of ${name}`, certRequestPem: `request of ${name}` };
  if (type.endsWith(":Administrator")) return { cluster: "7713282898979450900" };
  if (type.endsWith(":Snapshot"))
    return { path: "/snapshots/app.sqlite", sha256: "ab12", bytes: 4096, sourceName: "app.sqlite" };
  if (type.endsWith(":StepRun")) return { exitCode: 0, summary: "done", report: "" };
  return {};
};
