/** What the tunnel needs on this machine: Amazon's own two programs, and a free port. */
import { createServer } from "node:net";
import { $ } from "zx";
import { refusal } from "../../src/errors.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const TOOLS = [
  {
    command: "aws",
    name: "the AWS CLI",
    where: "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
  },
  {
    command: "session-manager-plugin",
    name: "its Session Manager plugin",
    where:
      "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html",
  },
] as const;

/** @throws LandbridgeError TUNNEL_TOOLS (refused), which names all that is missing */
export const needTools = async (environment: Environment): Promise<void> => {
  const found = await Promise.all(TOOLS.map(({ command }) => answers(environment, command)));
  const missing = TOOLS.filter((_, i) => !found[i]);
  if (missing.length === 0) return;
  throw refusal({
    code: "TUNNEL_TOOLS",
    message: `${missing.map(({ name, command }) => `${name} (${command})`).join(" and ")} cannot be run here.`,
    remedy: `Install: ${missing.map(({ where }) => where).join(" and ")}`,
  });
};

const answers = async (environment: Environment, command: string): Promise<boolean> => {
  const { exitCode } = await $({ env: { ...environment }, quiet: true, nothrow: true })`${command} --version`;
  return exitCode === 0;
};

/** @throws LandbridgeError TUNNEL_PORT (refused) */
export const needFreePort = async (port: number): Promise<void> => {
  const reason = await new Promise<string | null>((resolve) => {
    const server = createServer();
    server.once("error", ({ message }) => resolve(message));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(null)));
  });
  if (reason === null) return;
  throw refusal({
    code: "TUNNEL_PORT",
    message: `Port ${port} of this machine cannot be used: ${reason}`,
    remedy: "End what listens there, perhaps another tunnel, or name another one with --port.",
  });
};
