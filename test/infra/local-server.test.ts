import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { provider as claims } from "../../infra/local/claim-volume.ts";
import { readDockerHost } from "../../infra/local/docker-host.ts";
import { provider } from "../../infra/local/set-password.ts";
import { docker, missingEngine } from "../e2e/support/engine.ts";
import { postgresImage } from "../e2e/support/images.ts";

const missing = missingEngine();
if (missing !== null) process.stderr.write(`skipped: a server in a container, because ${missing}.\n`);

const PREFIX = `landbridge-server-test-${process.pid}`;

describe.skipIf(missing !== null)("a server in a container", () => {
  const volume = `${PREFIX}-data`;
  let dockerHost: string;
  const start = (name: string, ...command: string[]): string => {
    const container = `${PREFIX}-${name}`;
    const environment = ["--env", "POSTGRES_PASSWORD=of-the-first-start", "--env", "POSTGRES_DB=app"];
    const options = ["--detach", "--name", container, "--restart", "unless-stopped"];
    const data = ["--volume", `${volume}:/var/lib/postgresql`, "--env", "PGDATA=/var/lib/postgresql/cluster"];
    docker("run", ...options, ...environment, ...data, postgresImage(), ...command);
    return container;
  };
  const setPassword = async (container: string, password: string) => {
    const containerId = docker("inspect", "--format", "{{.Id}}", container);
    return provider.create({ dockerHost, container, containerId, password, rotation: 0 }, "/");
  };
  /** By the container's own address: 127.0.0.1 needs no password by what initdb writes. */
  const logsIn = (container: string, password: string): boolean => {
    const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    const address = docker("inspect", "--format", format, container);
    const psql = ["psql", "-At", "-h", address, "-U", "postgres", "-d", "app", "-c", "select 1"];
    try {
      return docker("exec", "--env", `PGPASSWORD=${password}`, container, ...psql) === "1";
    } catch {
      return false;
    }
  };

  beforeAll(async () => {
    dockerHost = await readDockerHost(null);
  });
  afterEach(() => {
    for (const container of docker("ps", "--all", "--quiet", "--filter", `name=${PREFIX}`).split("\n"))
      if (container !== "") docker("rm", "--force", "--volumes", container);
  });
  afterAll(() => docker("volume", "rm", "--force", volume));

  it("is waited for, then takes the stack's password, and keeps it with its volume for the next container", async () => {
    const container = start("first");
    const { outs } = await setPassword(container, "of-the-stack-1");
    expect(outs["cluster"]).toMatch(/^\d{15,}$/);
    expect(JSON.stringify(outs)).not.toContain("of-the-stack");
    expect(logsIn(container, "of-the-stack-1")).toBe(true);
    expect(logsIn(container, "of-the-first-start")).toBe(false);
    const stored = ["psql", "-At", "-c", "select rolpassword from pg_authid where rolname = 'postgres'"];
    expect(docker("exec", "--user", "postgres", container, ...stored)).toMatch(/^SCRAM-SHA-256\$4096:/);
    expect(docker("logs", container)).not.toContain("of-the-stack-1");

    docker("rm", "--force", "--volumes", container);
    const second = start("second");
    const again = await setPassword(second, "of-another-stack");
    expect(again.outs["cluster"]).toBe(outs["cluster"]);
    expect(logsIn(second, "of-another-stack")).toBe(true);
    expect(logsIn(second, "of-the-stack-1")).toBe(false);
  });

  it("that cannot start is not waited for: what it says of itself is told", async () => {
    const container = start("broken", "-c", "shared_buffers=nonsense");
    await expect(setPassword(container, "of-the-stack-1")).rejects.toMatchObject({
      code: "CONTAINER_NOT_READY",
      message: expect.stringMatching(/does not start[\s\S]*shared_buffers[\s\S]*nonsense/),
      remedy: expect.stringContaining(`docker logs ${container}`),
    });
  });

  it("has its volume to itself, also while it is stopped", async () => {
    const container = `${PREFIX}-owner`;
    const claim = (owner: string, own = `${PREFIX}-other`) =>
      claims.create({ dockerHost, volume, container: own, owner }, "/");
    await claim("this-stack");
    const label = ["--label", "landbridge.owner=this-stack"];
    docker("create", "--name", container, ...label, "--volume", `${volume}:/data`, postgresImage());
    expect((await claim("this-stack")).outs).toMatchObject({ volume, owner: "this-stack" });
    for (const own of [container, `${PREFIX}-other`])
      await expect(claim("another-stack", own)).rejects.toMatchObject({
        code: "VOLUME_TAKEN",
        message: expect.stringContaining(container),
      });
  });

  it("that is not there is said to be so, also beside a network of its name", async () => {
    docker("network", "create", `${PREFIX}-absent`);
    onTestFinished(() => void docker("network", "rm", `${PREFIX}-absent`));
    const absent = provider.create({ dockerHost, container: `${PREFIX}-absent`, containerId: "", password: "x" }, "/");
    await expect(absent).rejects.toMatchObject({
      code: "CONTAINER_NOT_READY",
      message: expect.stringMatching(/no such container/i),
      remedy: expect.stringContaining("pulumi refresh"),
    });
  });
});

describe.skipIf(missing !== null)("the engine of the CLI's context", () => {
  let configuration: string;
  beforeAll(() => {
    configuration = mkdtempSync(join(tmpdir(), "landbridge-context-"));
    vi.stubEnv("DOCKER_CONFIG", configuration);
    vi.stubEnv("DOCKER_HOST", "");
    docker("context", "create", "colima", "--docker", "host=unix:///home/ann/.colima/docker.sock");
    docker("context", "use", "colima");
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(configuration, { recursive: true, force: true });
  });

  it("is the stack's, unless it is told of another", async () => {
    expect(await readDockerHost(null)).toBe("unix:///home/ann/.colima/docker.sock");
    expect(await readDockerHost("ssh://build.example.org")).toBe("ssh://build.example.org");
    vi.stubEnv("DOCKER_HOST", "tcp://127.0.0.1:2375");
    expect(await readDockerHost(null)).toBe("tcp://127.0.0.1:2375");
  });

  it("is Docker's default where no CLI is installed", async () => {
    vi.stubEnv("DOCKER_HOST", "");
    vi.stubEnv("PATH", "/bin/nowhere");
    expect(await readDockerHost(null)).toBe("unix:///var/run/docker.sock");
  });
});
