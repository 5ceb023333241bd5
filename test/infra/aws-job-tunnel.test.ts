import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseArguments } from "../../scripts/cli/arguments.ts";
import type { VerbRun } from "../../scripts/cli/exit.ts";
import type { Cli } from "../../scripts/stack/pulumi.ts";
import { sessionArguments } from "../../scripts/tunnel/session.ts";
import { tunnel } from "../../scripts/tunnel/tunnel.ts";
import { TUNNEL } from "../../scripts/tunnel/verb.ts";
import { freePort } from "../../src/target/embedded/free-port.ts";
import { parseTarget } from "../../src/target/url.ts";
import { type FakeAws, fakeAws, type Script, task, taskArn } from "../support/fake-ecs.ts";

const HOST = "landbridge-prod.abc.eu-central-1.rds.amazonaws.com";
const OUTPUTS = {
  kind: "aws",
  host: HOST,
  database: "app",
  roles: { application: "app", owner: "app_owner" },
  secretArns: {
    owner: "arn:aws:secretsmanager:eu-central-1:1:secret:owner-4d5e6f",
    application: "arn:aws:secretsmanager:eu-central-1:1:secret:app-1a2b3c",
  },
  url: "[secret]",
  tunnel: {
    region: "eu-central-1",
    profile: "",
    cluster: "landbridge-prod",
    taskDefinition: "arn:aws:ecs:eu-central-1:1:task-definition/landbridge-prod-bastion:3",
    subnets: ["subnet-1", "subnet-2"],
    securityGroup: "sg-1",
    container: "job",
    host: HOST,
    port: 5432,
  },
};

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "landbridge-tunnel-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A program on a PATH that has nothing else but this Node. */
const program = (name: string, script: string): void => {
  const file = join(directory, name);
  writeFileSync(file, `#!${process.execPath}\n${script}\n`);
  chmodSync(file, 0o755);
};

/** The CLI as the tunnel calls it: notes its arguments, opens, and stays until it is told to end. */
const AWS = (then: string): string => `
  const fs = require("node:fs");
  if (process.argv[2] === "--version") process.exit(0);
  fs.writeFileSync(process.env.ARGV_FILE, JSON.stringify(process.argv.slice(2)));
  ${then}`;
const OPENS = `
  console.log("Starting session with SessionId: ann-1");
  console.log("Waiting for connections...");
  process.on("SIGINT", () => { fs.writeFileSync(process.env.ENDED_FILE, "SIGINT"); process.exit(0); });
  setInterval(() => {}, 1000);`;

const ready = task("t1", {
  containers: [
    { name: "job", runtimeId: "r-1", managedAgents: [{ name: "ExecuteCommandAgent", lastStatus: "RUNNING" }] },
  ],
});
const starts: Script = {
  ListTasks: [{ taskArns: [] }],
  RunTask: [{ tasks: [task("t1")] }],
  DescribeTasks: [{ tasks: [task("t1", { lastStatus: "PROVISIONING" })] }, { tasks: [ready] }],
  StopTask: [{}],
};

interface Opened {
  readonly aws: FakeAws;
  readonly notes: readonly string[];
  readonly result: unknown;
  readonly asked: readonly (readonly string[])[];
}

/** Runs the verb; Ctrl-C comes as soon as it says that it is open. */
const open = async (
  script: Script,
  argv: readonly string[] = ["--stack", "prod"],
  outputs: object = OUTPUTS,
): Promise<Opened> => {
  const aws = fakeAws(script);
  const notes: string[] = [];
  const asked: (readonly string[])[] = [];
  const stop = new AbortController();
  const port = argv.includes("--port") ? [] : ["--port", String(await freePort())];
  const run: VerbRun = {
    given: parseArguments(TUNNEL, [...argv, ...port]),
    emit: () => {},
    signal: stop.signal,
    width: 100,
    note: (line) => {
      notes.push(line);
      if (line.startsWith("The tunnel is open")) stop.abort();
    },
    announce: async () => {},
    cwd: directory,
    environment: {
      PATH: `${directory}:${dirname(process.execPath)}`,
      ARGV_FILE: join(directory, "argv.json"),
      ENDED_FILE: join(directory, "ended"),
    },
  };
  const cli: Cli = {
    backend: { variables: {}, display: "file://" },
    show: async () => {},
    pass: async () => 0,
    ask: async (words) => {
      asked.push(words);
      return JSON.stringify(words[1] === "ls" ? [{ name: "prod", current: true }] : outputs);
    },
  };
  const result = await tunnel(cli, run, async () => aws).catch((error: unknown) => error);
  return { aws, notes, result, asked };
};

const given = (): string[] => JSON.parse(readFileSync(join(directory, "argv.json"), "utf8"));

describe("the tunnel", () => {
  beforeEach(() => {
    program("aws", AWS(OPENS));
    program("session-manager-plugin", "");
  });

  it("goes through a task that it starts, in the private subnets, and that ends with it", async () => {
    const { aws, result, notes } = await open(starts);
    expect(result).toMatchObject({ exitCode: 0, text: "The tunnel is closed." });
    expect(notes[0]).toContain("Starting the task");
    expect(aws.inputs("RunTask")).toMatchObject([
      {
        cluster: "landbridge-prod",
        enableExecuteCommand: true,
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: ["subnet-1", "subnet-2"],
            securityGroups: ["sg-1"],
            assignPublicIp: "DISABLED",
          },
        },
      },
    ]);
    expect(given()).toEqual([
      ...["ssm", "start-session", "--region", "eu-central-1", "--target", "ecs:landbridge-prod_t1_r-1"],
      ...["--document-name", "AWS-StartPortForwardingSessionToRemoteHost", "--parameters", expect.any(String)],
    ]);
    expect(JSON.parse(given().at(-1) ?? "")).toEqual({
      host: [HOST],
      portNumber: ["5432"],
      localPortNumber: [expect.stringMatching(/^\d+$/)],
    });
    expect(readFileSync(join(directory, "ended"), "utf8")).toBe("SIGINT");
    expect(aws.inputs("StopTask")).toMatchObject([{ cluster: "landbridge-prod", task: taskArn("t1") }]);
  });

  it("goes through a task that is there, and leaves it to whoever started it", async () => {
    const { aws, result } = await open({
      ListTasks: [{ taskArns: [taskArn("t1")] }],
      DescribeTasks: [{ tasks: [ready] }],
    });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(aws.inputs("RunTask").concat(aws.inputs("StopTask"))).toEqual([]);
  });

  it("prints the owner's address first, as the verbs need it, then the application's, each with its secret", async () => {
    const { notes, result } = await open(starts);
    const said = notes.join("\n");
    const order = /app_owner@.*?--secret-id (\S+).*?\/\/app@.*?--secret-id (\S+)/s.exec(said);
    expect(order?.slice(1)).toEqual([OUTPUTS.secretArns.owner, OUTPUTS.secretArns.application]);
    const urls = said.match(/postgresql:\S+/g);
    expect([result]).toMatchObject([{ document: { ownerUrl: urls?.[0], url: urls?.[1] } }]);
  });

  it("prints addresses that are verified under the server's own name, and no password", async () => {
    const { notes, asked } = await open(starts);
    const urls = notes.join("\n").match(/postgresql:\S+/g) ?? [];
    expect(urls.map((url) => parseTarget(url, { password: "x" }))).toMatchObject(
      ["app_owner", "app"].map((user) => ({
        sslmode: "verify-full",
        config: { host: "127.0.0.1", user, database: "app", ssl: { rejectUnauthorized: true, servername: HOST } },
      })),
    );
    expect(readFileSync(join(directory, ".landbridge/prod-root.crt"), "utf8")).toContain("BEGIN CERTIFICATE");
    for (const url of urls) expect(url).not.toMatch(/:\/\/[^/]*:[^/]*@/);
    expect(asked.flat()).not.toContain("--show-secrets");
  });

  it("is opened to the selected stack where none is named", async () => {
    const { asked, result } = await open(starts, []);
    expect(result).toMatchObject({ exitCode: 0 });
    expect(asked.at(-1)).toEqual(["stack", "output", "--json", "--stack", "prod"]);
  });

  it("says what Session Manager said where it does not open, and ends the task", async () => {
    program(
      "aws",
      AWS(`console.error("An error occurred (AccessDeniedException) when calling StartSession"); process.exit(254);`),
    );
    const { aws, result } = await open(starts);
    expect(result).toMatchObject({ code: "TUNNEL_FAILED" });
    expect(result).toHaveProperty("message", expect.stringContaining("AccessDeniedException"));
    expect(aws.inputs("StopTask")).toHaveLength(1);
  });

  it("says so where the session ends by itself, and ends the task", async () => {
    program("aws", AWS(`console.log("Port 1 opened for sessionId ann-1"); setTimeout(() => process.exit(0), 50);`));
    const aws = fakeAws(starts);
    const run = { ...(await runOf()), note: () => {} };
    const result = await tunnel(await cliOf(), run, async () => aws);
    expect(result).toMatchObject({ exitCode: 0, text: expect.stringContaining("twenty minutes") });
    expect(aws.inputs("StopTask")).toHaveLength(1);
  });

  it("gives up, and ends the task, where the agent does not report or the task never runs", async () => {
    const silent = await open({ ...starts, DescribeTasks: [{ tasks: [task("t1")] }] });
    expect(silent.result).toMatchObject({ code: "TUNNEL_TIMEOUT" });
    expect(silent.aws.inputs("StopTask")).toHaveLength(1);
    const never = task("t1", { lastStatus: "STOPPED", stoppedReason: "CannotPullContainerError: timeout" });
    const { result } = await open({ ...starts, DescribeTasks: [{ tasks: [never] }] });
    expect(result).toMatchObject({ code: "STEP_NOT_STARTED" });
  });
});

const runOf = async (): Promise<VerbRun> => ({
  given: parseArguments(TUNNEL, ["--stack", "prod", "--port", String(await freePort())]),
  emit: () => {},
  signal: new AbortController().signal,
  width: 100,
  note: () => {},
  announce: async () => {},
  cwd: directory,
  environment: { PATH: `${directory}:${dirname(process.execPath)}`, ARGV_FILE: join(directory, "argv.json") },
});
const cliOf = async (): Promise<Cli> => ({
  backend: { variables: {}, display: "" },
  show: async () => {},
  pass: async () => 0,
  ask: async () => JSON.stringify(OUTPUTS),
});

describe("the preflight", () => {
  it("names both programs that are missing, with where they come from, before anything is started", async () => {
    const { aws, result } = await open({});
    expect(result).toMatchObject({ code: "TUNNEL_TOOLS", exitCode: 4 });
    expect(result).toHaveProperty("message", expect.stringMatching(/AWS CLI.*and.*session-manager-plugin/));
    expect(result).toHaveProperty("remedy", expect.stringMatching(/https.*and https/));
    expect(aws.calls).toEqual([]);
  });

  it("names the one that is missing", async () => {
    program("aws", AWS(OPENS));
    const { result } = await open({});
    expect(result).toHaveProperty("message", expect.not.stringContaining("AWS CLI ("));
  });

  it("refuses a port that is taken", async () => {
    program("aws", AWS(OPENS));
    program("session-manager-plugin", "");
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const { result } = await open(starts, ["--stack", "prod", "--port", String(port)]);
    server.close();
    expect(result).toMatchObject({ code: "TUNNEL_PORT", exitCode: 4 });
  });

  it.each(["0", "70000", "x"])("refuses %s as a port", async (port) => {
    const { result } = await open({}, ["--stack", "prod", "--port", port]);
    expect(result).toMatchObject({ code: "FLAG_INVALID", exitCode: 2 });
  });

  it("says that a database that is not on AWS needs no tunnel", async () => {
    const { result } = await open({}, ["--stack", "dev"], {
      kind: "docker",
      database: "app",
      roles: { application: "app" },
    });
    expect(result).toMatchObject({ code: "TUNNEL_NOT_NEEDED", exitCode: 4 });
  });

  it("says to finish a stack that was not", async () => {
    const { result } = await open({}, ["--stack", "prod"], { kind: "aws", database: "app", roles: {} });
    expect(result).toMatchObject({ code: "STACK_OUTPUTS", exitCode: 4 });
  });

  it("alone starts nothing, and says which verb goes which way", async () => {
    program("aws", AWS(OPENS));
    program("session-manager-plugin", "");
    const { aws, result } = await open({}, ["--stack", "prod", "--check"]);
    expect(result).toMatchObject({ exitCode: 0 });
    expect(aws.calls).toEqual([]);
    const text = (result as { text: string }).text;
    for (const line of [/here +snapshot/, /task +init/, /tunnel +migrate, verify/]) expect(text).toMatch(line);
    expect(existsSync(join(directory, "argv.json"))).toBe(false);
  });
});

it("names the profile where the stack has one", () => {
  const place = {
    ...OUTPUTS.tunnel,
    profile: "prod",
    stack: "prod",
    database: "app",
    owner: { user: "app_owner", secretArn: undefined },
    application: { user: "app", secretArn: undefined },
  };
  const request = { place, target: "ecs:c_t_r", localPort: 1, environment: {}, signal: new AbortController().signal };
  expect(sessionArguments(request)).toEqual(expect.arrayContaining(["--profile", "prod"]));
});
