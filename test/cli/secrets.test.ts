/** A password is in nothing that a run says, writes or starts: stdout, stderr, logs, reports, snapshots, the ledger, arguments of processes. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { appSource } from "../support/app-source.ts";
import { documentOf, type Ended, run, start, workingDirectory } from "../support/cli.ts";
import { freshDatabase } from "../support/database.ts";
import { everythingIn } from "../support/untouched.ts";

/** With what ends a URL's parts, what quotes, what escapes, and what is not ASCII. */
const PASSWORD = `s3cr'e"t/p@s:s#w?o%r&d=+ ä$\\`;
/** Long enough to be nobody else's, whatever form the password is written in. */
const TRACES = [
  PASSWORD,
  encodeURIComponent(PASSWORD),
  JSON.stringify(PASSWORD).slice(1, -1),
  "s3cr",
  "p@s:s",
  "p%40s",
];

const directory = workingDirectory();
const source = appSource(directory);
const { target, admin, role, name } = await freshDatabase();
const { role: login } = await role();
await admin.query(`GRANT CREATE ON DATABASE ${name} TO ${login}`);
await admin.query(`ALTER ROLE ${login} PASSWORD ${admin.escapeLiteral(PASSWORD)}`);

const { host, port } = target.config;
const url = (password: string): string =>
  `postgresql://${login}:${password}@${host}:${port}/${name}?application_name=x`;

const textsIn = (place: string): string[] =>
  readdirSync(place, { recursive: true, encoding: "utf8" })
    .map((path) => join(place, path))
    .filter((path) => statSync(path).isFile() && !path.includes("/postgres-"))
    .map((path) => readFileSync(path, "latin1"));

const expectNoTrace = (texts: readonly string[]): void => {
  for (const text of texts)
    for (const trace of TRACES.flatMap((each) => [each, Buffer.from(each).toString("latin1")])) {
      const at = text.indexOf(trace);
      expect(at < 0 ? "" : text.slice(Math.max(0, at - 80), at + 80)).toBe("");
    }
};

/** Every way in which a password is given, into a schema of its own; and each once more with something that fails. */
it("of a server of one's own, however it is given, and whatever goes wrong", async () => {
  const encoded = encodeURIComponent(PASSWORD).replaceAll("'", "%27");
  const ways: readonly (readonly [argv: readonly string[], environment: Record<string, string>])[] = [
    [["--target", url(encoded)], {}],
    [[url(encodeURIComponent(PASSWORD))], {}],
    [["--target", `postgresql://${host}:${port}/${name}?user=${login}&password=${encoded}`], {}],
    [[], { LANDBRIDGE_TARGET: url(encoded).replace("postgresql:", "postgresql+asyncpg:") }],
    [["--target", url("").replace(":@", "@")], { PGPASSWORD: PASSWORD }],
  ];
  const ended: Ended[] = [];
  for (const [i, [argv, environment]] of ways.entries()) {
    const common = [source, ...argv, "--schema", `way_${i}`, "--verbose"];
    const done = await run(directory, "migrate", [...common, "--json"], environment);
    expect(done.code, done.stderr).toBe(0);
    expect(documentOf(done).status).toBe("done");
    const nowhere = common.map((word) => word.replace(`:${port}/`, ":1/"));
    const elsewhere = Object.fromEntries(
      Object.entries(environment).map(([key, value]) => [key, value.replace(`:${port}/`, ":1/")]),
    );
    ended.push(
      done,
      await run(directory, "verify", [source, ...argv, "--schema", `way_${i}`], environment),
      await run(directory, "migrate", [...nowhere, "--json"], elsewhere),
      await run(directory, "migrate", [...common, "--no-such-flag"], environment),
      await run(directory, "migrate", [...argv, source, source, source], environment),
    );
  }
  for (const wrong of [
    url(`${encoded}x`),
    `postgresql://${login}:${PASSWORD}@${host}:${port}/${name}`,
    `mysql://me:${encoded}@host/db`,
  ])
    ended.push(await run(directory, "migrate", [source, "--target", wrong, "--json"]));
  expectNoTrace(ended.flatMap(({ stdout, stderr }) => [stdout, stderr]));
  expectNoTrace(textsIn(directory));
  const ledger = await admin.query<{ text: string }>(
    "SELECT r::text AS text FROM landbridge.runs r UNION ALL SELECT s::text FROM landbridge.slices s",
  );
  expect(ledger.rows.length).toBeGreaterThan(ways.length);
  expectNoTrace(ledger.rows.map(({ text }) => text));
  expectNoTrace(await everythingIn(admin));
});

it("of the embedded server, also while it is being made", async ({ skip }) => {
  if (process.platform !== "linux") return skip("the arguments of processes are read from /proc");
  const place = workingDirectory();
  const commands = new Set<string>();
  const running = start(place, "migrate", [source, "--json", "--verbose"]);
  const look = setInterval(() => {
    for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry)))
      try {
        commands.add(readFileSync(`/proc/${pid}/cmdline`, "latin1"));
      } catch {
        // A process that has just ended.
      }
  }, 10);
  try {
    const ended = await running.ended;
    expect(ended.code, ended.stderr).toBe(0);
    const { password } = JSON.parse(readFileSync(join(place, ".landbridge", "postgres-18.json"), "utf8")) as {
      password: string;
    };
    expect(statSync(join(place, ".landbridge", "postgres-18.json")).mode & 0o077).toBe(0);
    expect([...commands].some((command) => command.includes(join(place, ".landbridge")))).toBe(true);
    const server = ["postgres-18.log"].map((file) => readFileSync(join(place, ".landbridge", file), "latin1"));
    for (const text of [...commands, ended.stdout, ended.stderr, ...server])
      expect(text.includes(password)).toBe(false);
    const written = ["reports", join(".landbridge", "logs")].flatMap((each) => textsIn(join(place, each)));
    expect(written.filter((text) => text.includes(password))).toEqual([]);
  } finally {
    clearInterval(look);
    await run(place, "pg", ["reset", "--yes"]);
  }
});
