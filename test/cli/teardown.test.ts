import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, it } from "vitest";
import { run as runVerb, workingDirectory } from "../support/cli.ts";
import { freshDatabase } from "../support/database.ts";
import { type FakePulumi, type FakeStack, fakePulumi, program } from "../support/pulumi.ts";
import { sqliteFile } from "../support/sqlite.ts";

const root = workingDirectory();
const database = await freshDatabase();
const { config } = database.target;
await database.admin.query("CREATE TABLE notes (id int); INSERT INTO notes VALUES (1), (2)");
const PASSWORD = String(config.password);
const ownerUrl = `postgresql://${config.user}:${PASSWORD}@${config.host}:${config.port}/${config.database}?sslmode=disable`;

const VOLUME = { urn: "urn:volume", type: "docker:index/volume:Volume", protect: true };
/** What Amazon holds back is freed by an update alone. */
const INSTANCE = { urn: "urn:instance", type: "aws:rds/instance:Instance", inputs: { deletionProtection: true } };
const COPY = { urn: "urn:copy", type: "pulumi-nodejs:dynamic/landbridge:StepRun" };

const stack = (spoilt: Partial<FakeStack> = {}): FakeStack => ({
  resources: [VOLUME, COPY],
  outputs: { kind: "existing", database: "app", schema: "public", ownerUrl },
  config: {},
  ...spoilt,
});

/** The dump's programs, as new as any server: what they write is told apart by its content. */
const dumpPrograms = (bin: string, dump = 'echo "PGDMP of $PGDATABASE$*"'): void => {
  program(bin, "pg_dump", `#!/bin/sh\ncase "$1" in --version) echo "pg_dump (PostgreSQL) 99.1";; *) ${dump};; esac\n`);
  program(bin, "pg_restore", '#!/bin/sh\necho "; header"; echo "1; 1 TABLE notes"; echo "2; 2 TABLE DATA notes"\n');
};

interface Scene extends FakePulumi {
  readonly cwd: string;
  readonly run: (...argv: readonly string[]) => ReturnType<typeof runVerb>;
}

const scene = (stacks: Readonly<Record<string, FakeStack>>): Scene => {
  const cwd = mkdtempSync(join(root, "scene-"));
  const pulumi = fakePulumi(cwd, stacks);
  dumpPrograms(pulumi.directory);
  const PATH = [pulumi.directory, process.env["PATH"]].join(delimiter);
  const environment = { PATH, PULUMI_BACKEND_URL: "file:///nowhere", HOME: cwd };
  return { ...pulumi, cwd, run: (...argv) => runVerb(cwd, "teardown", argv, environment) };
};

const CHANGING = /^(config (set|rm)|up|destroy|state|stack rm)/;
const changes = (calls: readonly string[]): readonly string[] => calls.filter((call) => CHANGING.test(call));
const dumps = (cwd: string): readonly string[] =>
  existsSync(join(cwd, "dumps")) ? readdirSync(join(cwd, "dumps")) : [];
const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

it("says what came in, dumps it, lifts the protection of what is protected alone, and destroys", async () => {
  const source = sqliteFile("CREATE TABLE t (id)");
  const { run, calls, stacks, cwd } = scene({ dev: stack({ config: { source } }) });
  const before = sha256(source);
  const { code, stdout, stderr } = await run("--yes");
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('"notes": 2') });
  expect(stdout).toContain("Stack dev is destroyed");
  expect(stdout).toContain(`byte for byte (SHA-256 ${before})`);
  expect(sha256(source)).toBe(before);
  expect(changes(calls())).toEqual([
    "config set --stack dev protect false",
    expect.stringMatching(/^up --yes .*--stack dev --target urn:volume$/),
    expect.stringMatching(/^destroy --yes .*--stack dev$/),
    "config rm --stack dev protect",
  ]);
  expect(stacks()["dev"]).toMatchObject({ resources: [], config: { source } });
  const [dump] = dumps(cwd);
  expect(dump).toMatch(/^dev_\d{8}_\d{6}\.dump$/);
  expect(statSync(join(cwd, "dumps", dump!)).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(cwd, "dumps", dump!), "utf8")).toContain(`dbname='${config.database}'`);
  expect(`${stdout}${stderr}${calls().join("\n")}${readFileSync(join(cwd, "dumps", dump!), "utf8")}`).not.toContain(
    PASSWORD,
  );
});

it("gives one document under --json", async () => {
  const { run, cwd } = scene({ dev: stack() });
  const { code, stdout } = await run("--yes", "--json");
  const document = JSON.parse(stdout) as Record<string, unknown>;
  expect(code).toBe(0);
  expect(document).toMatchObject({ stack: "dev", status: "destroyed", sqlite: null, finalSnapshots: [] });
  expect(document["since"]).toContain('"notes": 2');
  expect(document["left"]).toEqual([
    `the dump ${join(cwd, "dumps", dumps(cwd)[0]!)}`,
    "the database app with what is in it: its server was there before the stack",
  ]);
});

/** A terminal, by `script` of util-linux: the verb asks only where there is one, and what is typed comes after the question. */
const answering = async (
  cwd: string,
  directory: string,
  typed: string,
  {
    flags = "--no-dump",
    meanwhile = async () => undefined,
  }: { readonly flags?: string; readonly meanwhile?: () => Promise<unknown> } = {},
): Promise<{ readonly code: number; readonly text: string }> => {
  const verb = `"${process.execPath}" "${join(import.meta.dirname, "../../scripts/teardown.ts")}" ${flags}`;
  const terminal = spawn("script", ["--quiet", "--return", "--command", verb, "/dev/null"], {
    cwd,
    env: { PATH: [directory, process.env["PATH"]].join(delimiter), PULUMI_BACKEND_URL: "file:///nowhere", HOME: cwd },
  });
  let text = "";
  terminal.stdout.setEncoding("utf8").on("data", (more: string) => {
    const before = text.includes("destroy it: ");
    text += more;
    if (!before && text.includes("destroy it: ")) void meanwhile().finally(() => terminal.stdin.write(typed));
  });
  const [code] = (await once(terminal, "close")) as [number];
  return { code, text };
};
const noTerminal = spawnSync("script", ["--version"]).status !== 0;
if (noTerminal) console.log("skipped: the question at a terminal (no script of util-linux here)");

it.skipIf(noTerminal).each([
  ["the database's name", "app\n", 0, "Stack dev is destroyed"],
  ["another name", "ap\n", 2, "That was another name."],
  ["nothing", "\n", 2, "That was another name."],
  ["Ctrl-C", "\x03", 2, "The question was broken off."],
  ["the end of the input", "\x04", 2, "The question was broken off."],
])("asks at a terminal, and takes %s for what it is", async (_, typed, code, words) => {
  const { cwd, directory, stacks } = scene({ dev: stack() });
  const answered = await answering(cwd, directory, typed);
  expect(answered.text).toContain("Type the database's name (app) to destroy it: ");
  expect(answered.text).toContain(words);
  expect(answered.code).toBe(code);
  expect(stacks()["dev"]!.resources).toHaveLength(code === 0 ? 0 : 2);
});

it.skipIf(noTerminal)("dumps what is written while the question waits, too, and says that more came in", async () => {
  const { cwd, directory, stacks } = scene({ dev: stack() });
  dumpPrograms(directory, 'cat "$HOME/rows"');
  writeFileSync(join(cwd, "rows"), "before the question");
  const meanwhile = async () => {
    writeFileSync(join(cwd, "rows"), "while it waits");
    await database.admin.query("CREATE TABLE late (id int); INSERT INTO late VALUES (1)");
  };
  const { code, text } = await answering(cwd, directory, "app\n", { flags: "", meanwhile });
  await database.admin.query("DROP TABLE late");
  expect([code, stacks()["dev"]!.resources]).toEqual([0, []]);
  expect(text).toMatch(/While the question waited, that has changed\. .*"late": 1/);
  expect(dumps(cwd).map((file) => readFileSync(join(cwd, "dumps", file), "utf8"))).toEqual(["while it waits"]);
});

it.skipIf(noTerminal)("destroys nothing where the dump fails after the answer", async () => {
  const { cwd, directory, calls } = scene({ dev: stack() });
  dumpPrograms(directory, "exit 1");
  const { code, text } = await answering(cwd, directory, "app\n", { flags: "" });
  expect([code, changes(calls()), dumps(cwd)]).toEqual([1, [], []]);
  expect(text).toContain("error DUMP_FAILED");
  expect(text).not.toContain("that has changed");
});

it("is refused before anything is done where nobody can be asked and --yes is not said", async () => {
  const { run, calls, cwd } = scene({ dev: stack() });
  const { code, stderr } = await run();
  expect(code).toBe(2);
  expect(stderr).toContain("error CONFIRMATION");
  expect([changes(calls()), dumps(cwd)]).toEqual([[], []]);
});

it("has nothing to do for a stack that is destroyed already or was never there, and says so", async () => {
  const { run, calls } = scene({ dev: stack({ resources: [] }), prod: stack() });
  const gone = await run("--yes");
  expect([gone.code, gone.stdout]).toEqual([0, "Stack dev is destroyed already.\n"]);
  const never = await run("--yes", "--stack", "dve");
  expect(never.code).toBe(0);
  expect(never.stdout).toContain("There is no stack dve");
  expect(never.stdout).toContain("dev, prod");
  expect(changes(calls())).toEqual(["config rm --stack dev protect"]);
  const removed = await run("--stack", "dev", "--remove");
  expect([removed.code, changes(calls()).at(-1)]).toEqual([0, "stack rm --yes --stack dev"]);
});

it("does not take silence for the stack that is gone: where none is named or selected, it asks which", async () => {
  const { run, calls } = scene({ shop: stack({ unselected: true }) });
  const { code, stderr } = await run("--yes");
  expect([code, changes(calls())]).toEqual([2, []]);
  expect(stderr).toContain("error STACK_NOT_NAMED");
  expect(stderr).toContain("--stack shop");
});

it("leaves another stack selected that was, where it removes one", async () => {
  const { run, calls } = scene({ dev: stack(), trial: stack({ resources: [] }) });
  expect((await run("--stack", "trial", "--remove")).code).toBe(0);
  expect(calls().at(-1)).toBe("stack select --stack dev");
});

it.each(["up", "destroy"])("goes on where an earlier one broke off in %s", async (failing) => {
  const { run, stacks } = scene({ dev: stack({ failing: [failing], resources: [VOLUME, INSTANCE, COPY] }) });
  const first = await run("--yes", "--no-dump");
  expect(first.code).toBe(1);
  expect(first.stderr).toContain(`error STACK_CLI_FAILED: pulumi ${failing} --yes ended with exit code 255`);
  expect(first.stderr).toContain(`broken: ${failing}`);
  // Whoever gives up here and updates the stack instead has its data protected.
  expect(stacks()["dev"]?.config).not.toHaveProperty("protect");
  expect(stacks()["dev"]!.resources).not.toEqual([]);
  const second = await run("--yes", "--no-dump", "--remove");
  expect([second.code, stacks()]).toEqual([0, {}]);
});

it("sets no key of the protection where nothing is protected: on a server that was there already it would be refused", async () => {
  const { run, calls } = scene({ dev: stack({ resources: [COPY] }) });
  expect((await run("--yes", "--no-dump")).code).toBe(0);
  expect(changes(calls()).filter((call) => !call.startsWith("destroy"))).toEqual(["config rm --stack dev protect"]);
});

it("takes the protection from the state where the program does not reach it any more", async () => {
  const { run, calls, stacks } = scene({ dev: stack({ orphaned: true }) });
  expect((await run("--yes", "--no-dump")).code).toBe(0);
  expect(changes(calls())).toContain("state unprotect --all --yes --stack dev");
  expect(stacks()["dev"]!.resources).toEqual([]);
});

it("needs no update where the program does not run any more, such as without the SQLite file", async () => {
  const { run, calls, stacks } = scene({ dev: stack({ failing: ["up"] }) });
  expect((await run("--yes", "--no-dump")).code).toBe(0);
  expect(changes(calls())).toContain("state unprotect --all --yes --stack dev");
  expect(stacks()["dev"]!.resources).toEqual([]);
});

it("dumps by the server's own container, on the stack's engine, also where a failed update has left no outputs", async () => {
  const server = { urn: "urn::database-container", type: "docker:index/container:Container", inputs: { name: "shop" } };
  const resources = [VOLUME, server];
  const config = { database: "o'shop", dockerHost: "tcp://build.example.org" };
  const { run, cwd, directory } = scene({ dev: stack({ outputs: {}, resources, config }) });
  const list = '*--list*) echo "1; 1 TABLE notes";;';
  program(directory, "docker", `#!/bin/sh\ncase "$*" in ${list} *) echo "on $DOCKER_HOST: $*";; esac\n`);
  expect((await run("--yes")).code).toBe(0);
  const dump = readFileSync(join(cwd, "dumps", dumps(cwd)[0]!), "utf8");
  expect(dump).toContain("on tcp://build.example.org: exec -i --user postgres shop pg_dump");
  expect(dump).toContain("--dbname=dbname='o\\'shop'");
});

it("destroys nothing where the dump fails, and leaves no half of one", async () => {
  const { run, calls, cwd, directory } = scene({ dev: stack() });
  dumpPrograms(directory, "echo half; echo 'pg_dump: error: disk on fire' >&2; exit 1");
  const { code, stderr } = await run("--yes");
  expect(code).toBe(1);
  expect(stderr).toContain("error DUMP_FAILED: pg_dump ended with exit code 1: pg_dump: error: disk on fire");
  expect([changes(calls()), dumps(cwd)]).toEqual([[], []]);
});

it("destroys nothing where no pg_dump fits, unless a dump is not wanted", async () => {
  const { run, calls, directory } = scene({ dev: stack() });
  program(directory, "pg_dump", "#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6'\n");
  const refused = await run("--yes");
  expect(refused.code).toBe(4);
  expect(refused.stderr).toContain(
    "error DUMP_IMPOSSIBLE: No dump can be made: pg_dump 9 here is older than the server",
  );
  expect(changes(calls())).toEqual([]);
  expect((await run("--yes", "--no-dump")).code).toBe(0);
});

it("is refused where the dump's directory cannot be made, and destroys nothing", async () => {
  const outputs = { kind: "docker", database: "app", schema: "public", ownerUrl, container: "gone" };
  const { run, calls, cwd } = scene({ dev: stack(), gone: stack({ outputs, unselected: true }) });
  writeFileSync(join(cwd, "notes.txt"), "");
  for (const directory of ["notes.txt", "notes.txt/dumps"]) {
    const { code, stderr } = await run("--yes", "--stack", "dev", "--dump-dir", directory);
    expect([code, changes(calls())]).toEqual([4, []]);
    expect(stderr).toContain(
      `error DUMP_IMPOSSIBLE: No dump can be made: nothing can be written to ${join(cwd, directory)}`,
    );
    expect(stderr).toContain("--dump-dir");
  }
  const gone = await run("--yes", "--stack", "gone", "--dump-dir", "notes.txt");
  expect([gone.code, changes(calls())]).toEqual([4, []]);
  expect(gone.stderr).toContain("no dump of this stack is there");
});

it("keeps the dump that was made before, where the server is gone already", async () => {
  const outputs = { kind: "docker", database: "app", schema: "public", ownerUrl, container: "gone" };
  const { run, cwd, stacks } = scene({ dev: stack({ outputs }) });
  const refused = await run("--yes");
  expect(refused.code).toBe(4);
  expect(refused.stderr).toContain("error DUMP_IMPOSSIBLE");
  mkdirSync(join(cwd, "dumps"));
  for (const name of ["dev_20260101_000000.dump", "dev_20260102_000000.dump", "dev_2_20270101_000000.dump"])
    writeFileSync(join(cwd, "dumps", name), "");
  const { code, stderr } = await run("--yes");
  expect([code, stacks()["dev"]!.resources]).toEqual([0, []]);
  expect(stderr).toContain("dumps/dev_20260102_000000.dump");
});

it("says that what came in is not known where the server does not answer, and names Amazon's final snapshot", async () => {
  const outputs = { kind: "aws", database: "app", schema: "public" };
  const instance = {
    urn: "urn:instance",
    type: "aws:rds/instance:Instance",
    inputs: { deletionProtection: true, finalSnapshotIdentifier: "app-final", skipFinalSnapshot: false },
  };
  const { run, calls } = scene({ prod: stack({ outputs, resources: [instance] }) });
  expect((await run("--yes")).stderr).toContain("error DUMP_IMPOSSIBLE");
  const unreachable = "postgresql://app_owner@127.0.0.1:1/app";
  const { code, stdout, stderr } = await run("--yes", "--no-dump", "--target", unreachable);
  expect(stderr).toContain("What came in after the copy is not known: ");
  expect([code, stdout]).toEqual([0, expect.stringContaining("Amazon keeps the final snapshot app-final.")]);
  expect(changes(calls())[1]).toMatch(/--target urn:instance$/);
});
