/** Which Docker engine: provider and CLI must mean the same one, also with colima, rootless Docker or one elsewhere. */
import { $ } from "zx";

interface Named {
  /** The stack's own word. */
  readonly configured: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The endpoint of the CLI's current context. */
  readonly context: string | null;
}

const DEFAULT_HOST = "unix:///var/run/docker.sock";

/** Who speaks first wins: the stack's configuration, DOCKER_HOST, the CLI's context, Docker's default. */
export const dockerHostOf = ({ configured, environment, context }: Named): string =>
  [configured, environment["DOCKER_HOST"], context].find(
    (host) => host !== null && host !== undefined && host !== "",
  ) ?? DEFAULT_HOST;

/** `dockerHostOf` on this machine. The CLI is asked only where nobody has said it before; without one the default holds. */
export const readDockerHost = async (configured: string | null): Promise<string> => {
  const named = { configured, environment: process.env, context: null };
  if (configured !== null || (process.env["DOCKER_HOST"] ?? "") !== "") return dockerHostOf(named);
  const { stdout, ok } = await $({
    nothrow: true,
    quiet: true,
  })`docker context inspect --format ${"{{.Endpoints.docker.Host}}"}`;
  return dockerHostOf({ ...named, context: ok ? stdout.trim() : null });
};

/** The name of the machine that an engine's published ports are on, null for this one. */
export const engineMachine = (dockerHost: string): string | null => {
  if (!/^(?:ssh|tcp|https?):/.test(dockerHost)) return null;
  const { hostname } = new URL(dockerHost.replace(/^(?:ssh|tcp):/, "http:"));
  return ["localhost", "127.0.0.1", "[::1]"].includes(hostname) ? null : hostname;
};
