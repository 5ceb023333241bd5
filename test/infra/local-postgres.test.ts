import { isSecret, type Output, output } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { ROLES } from "../../infra/endpoint.ts";
import { LocalPostgres } from "../../infra/local/local-postgres.ts";
import { dockerSettings, GENERATED, onDocker } from "../support/docker-program.ts";
import { isMarkedSecret, type Registered, runProgram, withoutSecrets } from "../support/pulumi-program.ts";

const SOCKET = "unix:///var/run/docker.sock";
const CONTAINER = "docker:index/container:Container";
const VOLUME = "docker:index/volume:Volume";
const NETWORK = "docker:index/network:Network";

const up = (config: Record<string, string> = {}, { preview = false, stack = "dev", dockerHost = SOCKET } = {}) =>
  runProgram(
    onDocker(preview),
    () => new LocalPostgres("database", { settings: dockerSettings(config, stack), dockerHost }),
  );

const named = (resources: readonly Registered[], name: string): Registered => {
  const found = resources.filter((resource) => resource.name === name);
  expect(found.map((resource) => resource.type)).toHaveLength(1);
  return found[0]!;
};
const server = (resources: readonly Registered[]) => named(resources, "database-container").inputs;
const ofType = (resources: readonly Registered[], type: string) => resources.filter((each) => each.type === type);
const known = <T>(value: Output<T>): Promise<T> => new Promise((resolve) => void value.apply(resolve));
/** A list with one secret in it arrives as one secret. */
const files = (inputs: Registered["inputs"]) => {
  const uploads = inputs["uploads"] as { readonly value?: unknown };
  return (uploads.value ?? uploads) as readonly { file: string; content: string; permissions: string }[];
};

const EVERYTHING = { pgadmin: "true", pgbouncer: "true", exporter: "true", tls: "true" };
const CONFIGURATIONS: readonly (readonly [string, Record<string, string>])[] = [
  ["nothing", {}],
  ["everything beside it", EVERYTHING],
  ["a password given by hand", { password: `${GENERATED} by hand` }],
  ["an open port with allowed networks", { bindAddress: "0.0.0.0", allowedCidrs: "10.0.0.0/8" }],
  ["an existing network", { network: "apps" }],
];

describe.each([false, true])("LocalPostgres (preview: %s)", (preview) => {
  it.each(CONFIGURATIONS)("shows no password in any resource, with %s configured", async (_, config) => {
    const { resources } = await up(config, { preview });
    expect(resources.length).toBeGreaterThan(8);
    expect(JSON.stringify(resources.map(({ inputs }) => withoutSecrets(inputs)))).not.toContain(GENERATED);
  });

  it.each(CONFIGURATIONS)(
    "publishes nothing beyond this machine unless asked to, with %s configured",
    async (_, config) => {
      const { resources } = await up(config, { preview });
      for (const { name, inputs } of ofType(resources, CONTAINER)) {
        const expected = name === "database-container" ? (config["bindAddress"] ?? "127.0.0.1") : "127.0.0.1";
        for (const port of inputs["ports"] as { ip: string }[]) expect(port.ip).toBe(expected);
      }
    },
  );

  it("has a volume after nobody else's container turned out to use it, and a container that is known by the stack's own mark", async () => {
    const { resources } = await up({ container: "app-postgres" }, { preview });
    const claim = named(resources, "database-volume-claim");
    expect(claim.inputs).toMatchObject({ volume: "landbridge-dev-data", container: "app-postgres" });
    expect(named(resources, "database-data").dependencies).toContain(claim.urn);
    if (preview) return;
    expect(claim.inputs["owner"]).toBe("6f1c2a4e");
    expect(server(resources)["labels"]).toEqual([{ label: "landbridge.owner", value: "6f1c2a4e" }]);
  });

  it("protects the volume alone: a container may be replaced", async () => {
    const { resources } = await up(EVERYTHING, { preview });
    expect(resources.filter((each) => each.protect).map((each) => each.type)).toEqual([VOLUME]);
    const { resources: unprotected } = await up({ protect: "false" }, { preview });
    expect(unprotected.filter((each) => each.protect)).toEqual([]);
  });

  it("gives every container a restart policy, no new privileges and a limit of memory", async () => {
    const { resources } = await up(EVERYTHING, { preview });
    const containers = ofType(resources, CONTAINER);
    expect(containers).toHaveLength(4);
    for (const { inputs } of containers) {
      expect(inputs).toMatchObject({ restart: "unless-stopped", securityOpts: ["no-new-privileges:true"] });
      expect(inputs["memory"]).toBeGreaterThan(0);
    }
  });

  it("hands secrets over as secrets, in files and never in the environment", async () => {
    const { resources } = await up(EVERYTHING, { preview });
    for (const { inputs } of ofType(resources, CONTAINER)) {
      expect(isMarkedSecret(inputs["uploads"])).toBe(true);
      expect(JSON.stringify(inputs["envs"] ?? [])).not.toMatch(/PASS(?:WORD)?=|generated/);
    }
  });
});

describe("the server's container", () => {
  it("keeps to the contract of the official image", async () => {
    const { resources } = await up({ database: "shop", locale: "C.UTF-8" });
    expect(server(resources)).toMatchObject({
      name: "landbridge-dev",
      image: "pgvector/pgvector:pg18",
      envs: [
        "POSTGRES_USER=postgres",
        "POSTGRES_DB=shop",
        "POSTGRES_PASSWORD_FILE=/etc/landbridge/bootstrap-password",
        "POSTGRES_INITDB_ARGS=--encoding=UTF8 --locale=C.UTF-8",
      ],
      ports: [{ internal: 5432, external: 5432, ip: "127.0.0.1" }],
      volumes: [{ containerPath: "/var/lib/postgresql" }],
      networksAdvanced: [{ name: "landbridge-dev" }],
    });
    expect(named(resources, "database-data").inputs).toMatchObject({ name: "landbridge-dev-data" });
  });

  it("asks for health by TCP, as patiently as configured, in the engine's own words", async () => {
    const config = { healthInterval: "90", healthTimeout: "7", healthRetries: "9", stopSeconds: "45" };
    const inputs = server((await up(config)).resources);
    expect(inputs).toMatchObject({
      healthcheck: {
        tests: ["CMD", "pg_isready", "-q", "-h", "127.0.0.1", "-U", "postgres", "-d", "app"],
        interval: "1m30s",
        timeout: "7s",
        retries: 9,
        startPeriod: "1m0s",
      },
      destroyGraceSeconds: 45,
      stopTimeout: 45,
    });
  });

  it("is tuned for its memory, cores and phase", async () => {
    const serving = server((await up({ memory: "4GB", maxConnections: "150" })).resources);
    expect(serving).toMatchObject({ memory: 4096 });
    expect(serving["shmSize"]).toBeGreaterThan(64);
    expect(serving["command"]).toEqual(
      expect.arrayContaining([
        "postgres",
        "shared_buffers=1GB",
        "max_connections=150",
        "hba_file=/etc/landbridge/pg_hba.conf",
      ]),
    );
    const loading = server((await up({ memory: "4GB", phase: "load" })).resources);
    expect(loading["command"]).not.toEqual(serving["command"]);
  });

  it("lets root alone read the password that the cluster is made with", async () => {
    const uploaded = files(server((await up()).resources));
    expect(uploaded.map(({ file, permissions }) => [file, permissions])).toEqual([
      ["/etc/landbridge/bootstrap-password", "0600"],
      ["/etc/landbridge/pg_hba.conf", "0644"],
    ]);
  });

  it("has the server's own program take over the key of its certificate", async () => {
    const inputs = server((await up({ tls: "true" })).resources);
    expect(inputs["entrypoints"]).toEqual(["sh", "-c", expect.stringContaining("install -o postgres"), "sh"]);
    expect(inputs["command"]).toEqual(expect.arrayContaining(["ssl=on", "ssl_key_file=/run/landbridge/server.key"]));
    expect(files(inputs).find(({ file }) => file.endsWith("server.key"))?.permissions).toBe("0600");
    expect(files(inputs).find(({ file }) => file.endsWith("pg_hba.conf"))?.content).toContain("hostssl all all all");
  });

  it("names in the certificate whatever may be connected to", async () => {
    const { resources } = await up({ tls: "true", bindAddress: "192.168.1.5" });
    expect(named(resources, "database-request").inputs).toMatchObject({
      dnsNames: ["landbridge-dev", "localhost"],
      ipAddresses: ["127.0.0.1", "::1", "192.168.1.5"],
    });
  });
});

describe("its passwords", () => {
  it("are generated with 32 characters for each role, and renewed by `rotation`, except what makes the cluster", async () => {
    const { resources } = await up({ rotation: "7" });
    const passwords = ofType(resources, "random:index/randomPassword:RandomPassword");
    expect(passwords).toHaveLength(ROLES.length + 1);
    for (const { name, inputs } of passwords) {
      expect(inputs["length"]).toBe(32);
      expect(inputs["keepers"]).toEqual(name === "database-bootstrap-password" ? undefined : { rotation: "7" });
    }
  });

  it("are secret in the endpoint", async () => {
    const { result } = await up();
    for (const role of ROLES) expect(await isSecret(output(result.credentials[role].password))).toBe(true);
  });

  it("leave the given one of the application as it is", async () => {
    const { result, resources } = await up({ password: "sixteen chars ok" });
    expect(await known(result.credentials.application.password!)).toBe("sixteen chars ok");
    expect(resources.some(({ name }) => name === "database-application-password")).toBe(false);
  });

  it("never change the container when they are renewed", async () => {
    const [before, after] = [await up({ rotation: "0" }), await up({ rotation: "1" })];
    expect(server(after.resources)).toEqual(server(before.resources));
    expect(named(after.resources, "database-administrator").inputs["rotation"]).toBe(1);
  });
});

describe("where it is reached", () => {
  it.each<[Record<string, string>, string, string, string]>([
    [{}, SOCKET, "127.0.0.1", "disable"],
    [{ tls: "true" }, SOCKET, "127.0.0.1", "verify-full"],
    [{ bindAddress: "0.0.0.0" }, SOCKET, "127.0.0.1", "disable"],
    [{ bindAddress: "::" }, SOCKET, "::1", "disable"],
    [{ bindAddress: "0.0.0.0" }, "ssh://ann@build.example.org", "build.example.org", "disable"],
    [{ bindAddress: "10.1.2.3" }, "tcp://build.example.org:2376", "10.1.2.3", "disable"],
  ])("with %o on %s is %s, sslmode %s", async (config, dockerHost, host, sslmode) => {
    const { result } = await up({ ...config, port: "5433" }, { dockerHost });
    expect(await known(result.host)).toBe(host);
    expect(await known(result.port)).toBe(5433);
    expect(await known(result.sslmode)).toBe(sslmode);
    expect(await known(result.inside.host)).toBe("landbridge-dev");
    expect(await known(result.inside.port)).toBe(5432);
  });

  it("joins an existing network instead of making one", async () => {
    const { resources } = await up({ network: "apps" });
    expect(ofType(resources, NETWORK)).toEqual([]);
    expect(server(resources)["networksAdvanced"]).toEqual([{ name: "apps" }]);
  });
});
