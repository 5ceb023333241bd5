import { describe, expect, it } from "vitest";
import { dockerHostOf, engineMachine } from "../../infra/local/docker-host.ts";
import { duration } from "../../infra/local/engine-words.ts";
import { hostBasedAuthentication } from "../../infra/local/host-based-authentication.ts";
import { serverImage } from "../../infra/local/image.ts";
import { userList } from "../../infra/local/pgbouncer.ts";

describe("what an image's name says of the server inside", () => {
  it.each([
    ["postgres:15", 15],
    ["postgres:15-alpine", 15],
    ["postgres:16.9-bookworm", 16],
    ["postgres:17", 17],
    ["docker.io/library/postgres:17.6-alpine3.22", 17],
    ["postgres:18", 18],
    ["postgres:19beta1", 19],
    ["pgvector/pgvector:pg18", 18],
    ["pgvector/pgvector:0.8.1-pg17-trixie", 17],
    ["postgis/postgis:16-3.5", 16],
    ["timescale/timescaledb:2.17.2-pg16", 16],
    ["registry.example.org:5000/team/postgres:17@sha256:0123456789abcdef", 17],
    ["landbridge-test/postgres:17", 17],
  ])("%s is PostgreSQL %i", (reference, majorVersion) => {
    const dataMount = majorVersion >= 18 ? "/var/lib/postgresql" : "/var/lib/postgresql/data";
    expect(serverImage(reference)).toEqual({ majorVersion, dataMount });
  });

  it.each([
    "postgres",
    "postgres:latest",
    "postgres@sha256:0123456789abcdef0123456789abcdef",
    "registry.example.org:5000/postgres",
    "timescale/timescaledb:2.17.2",
  ])("%s does not say it, and is refused with what would", (reference) => {
    expect(() => serverImage(reference)).toThrow(
      expect.objectContaining({ code: "STACK_CONFIG", message: expect.stringContaining("postgres:17@sha256:") }),
    );
  });
});

describe("who may log in from where", () => {
  it("is whoever reaches the port, with a password; the administrator by the socket without one", () => {
    expect(hostBasedAuthentication({ allowedCidrs: [], tls: false })).toBe(
      "local all postgres peer\nlocal all all scram-sha-256\nhost all all all scram-sha-256\n",
    );
  });

  it("is this machine, the container's network and the allowed networks, encrypted where there is a certificate", () => {
    expect(hostBasedAuthentication({ allowedCidrs: ["10.0.0.0/8", "fd00::/8"], tls: true })).toBe(
      [
        "local all postgres peer",
        "local all all scram-sha-256",
        "hostssl all all 127.0.0.1/32 scram-sha-256",
        "hostssl all all ::1/128 scram-sha-256",
        "hostssl all all samenet scram-sha-256",
        "hostssl all all 10.0.0.0/8 scram-sha-256",
        "hostssl all all fd00::/8 scram-sha-256",
        "",
      ].join("\n"),
    );
  });
});

describe("which Docker engine", () => {
  const environment = { DOCKER_HOST: "tcp://from-environment:2375" };
  const context = "unix:///home/ann/.colima/default/docker.sock";
  it.each([
    [{ configured: "ssh://configured", environment, context }, "ssh://configured"],
    [{ configured: null, environment, context }, "tcp://from-environment:2375"],
    [{ configured: null, environment: {}, context }, context],
    [{ configured: null, environment: { DOCKER_HOST: "" }, context: null }, "unix:///var/run/docker.sock"],
  ])("by %o is %s", (named, host) => expect(dockerHostOf(named)).toBe(host));

  it.each([
    ["unix:///var/run/docker.sock", null],
    ["npipe:////./pipe/docker_engine", null],
    ["tcp://127.0.0.1:2375", null],
    ["ssh://ann@build.example.org:2222", "build.example.org"],
    ["tcp://10.0.0.5:2376", "10.0.0.5"],
  ])("%s publishes its ports on %s", (dockerHost, machine) => expect(engineMachine(dockerHost)).toBe(machine));
});

it.each([
  [5, "5s"],
  [60, "1m0s"],
  [90, "1m30s"],
  [3600, "1h0m0s"],
  [3725, "1h2m5s"],
])("%i seconds are %s to the engine", (seconds, text) => expect(duration(seconds)).toBe(text));

it("PgBouncer's list of users doubles quotes", () => {
  expect(
    userList([
      ["app", 'a"b'],
      ["app_analyst", "c"],
    ]),
  ).toBe('"app" "a""b"\n"app_analyst" "c"\n');
});
