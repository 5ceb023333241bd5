/** One session of Session Manager that forwards a port: the AWS CLI and its plugin, as a person would call them. */
import { createInterface } from "node:readline";
import { $ } from "zx";
import { LandbridgeError } from "../../src/errors.ts";
import type { TunnelPlace } from "./place.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface SessionRequest {
  readonly place: TunnelPlace;
  readonly target: string;
  readonly localPort: number;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** What the plugin prints when the port is there. */
const OPEN = /Waiting for connections|Port \d+ opened/;
const LAST_LINES = 5;

/** Nothing secret is among them: the session's token goes from the CLI to the plugin. */
export const sessionArguments = ({ place, target, localPort }: SessionRequest): readonly string[] => [
  ...["ssm", "start-session", "--region", place.region],
  ...(place.profile === "" ? [] : ["--profile", place.profile]),
  ...["--target", target, "--document-name", "AWS-StartPortForwardingSessionToRemoteHost"],
  ...[
    "--parameters",
    JSON.stringify({ host: [place.host], portNumber: [String(place.port)], localPortNumber: [String(localPort)] }),
  ],
];

/**
 * Ends when the session does: by `signal`, or by itself, as after twenty minutes without use.
 * @param opened called once the port is there. @throws LandbridgeError TUNNEL_FAILED where it never was
 */
export const holdSession = async (request: SessionRequest, opened: () => void): Promise<void> => {
  const { environment, signal } = request;
  // A group of its own: Ctrl-C reaches this process alone, which ends the session its own way.
  const running = $({
    env: { ...environment },
    detached: true,
    nothrow: true,
    quiet: true,
    stdio: ["ignore", "pipe", "pipe"],
  })`aws ${[...sessionArguments(request)]}`;
  const end = (): void => void running.kill("SIGINT");
  signal.addEventListener("abort", end, { once: true });
  let open = false;
  const said: string[] = [];
  const heard = [running.stdout, running.stderr].map(async (stream) => {
    for await (const line of createInterface({ input: stream })) {
      if (line.trim() !== "") said.push(line.trim());
      if (open || !OPEN.test(line)) continue;
      open = true;
      opened();
    }
  });
  await Promise.all([running, ...heard]);
  signal.removeEventListener("abort", end);
  if (open || signal.aborted) return;
  throw new LandbridgeError({
    code: "TUNNEL_FAILED",
    message: `The session did not open: ${said.slice(-LAST_LINES).join(" ") || "the AWS CLI said nothing"}`,
    remedy:
      "Whoever opens it needs ssm:StartSession on the task and on the document AWS-StartPortForwardingSessionToRemoteHost.",
  });
};
