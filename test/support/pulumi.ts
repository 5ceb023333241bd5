/**
 * A stand-in for the Pulumi CLI, for what the verbs around a stack do and in which order: it keeps stacks in a file, destroys no
 * protected resource, and writes down every call. What the real CLI does is tried on a real engine (`npm run test:e2e`).
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface FakeResource {
  readonly urn: string;
  readonly type: string;
  readonly protect?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

export interface FakeStack {
  /** The first stack is the selected one, unless it says this. */
  readonly unselected?: boolean;
  readonly resources: readonly FakeResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly config: Readonly<Record<string, string>>;
  /** These commands end with an error, once each. */
  readonly failing?: readonly string[];
  /** What `up` does not reach: the program does not make it any more. */
  readonly orphaned?: boolean;
}

export interface FakePulumi {
  /** To be put in front of PATH. */
  readonly directory: string;
  readonly calls: () => readonly string[];
  readonly stacks: () => Readonly<Record<string, FakeStack>>;
}

export const fakePulumi = (directory: string, stacks: Readonly<Record<string, FakeStack>>): FakePulumi => {
  const bin = join(directory, "bin");
  mkdirSync(bin, { recursive: true });
  const [state, log] = [join(bin, "stacks.json"), join(bin, "calls.log")];
  writeFileSync(state, JSON.stringify(stacks));
  writeFileSync(log, "");
  program(bin, "pulumi", `#!${process.execPath}\nconst [STATE, LOG] = ${JSON.stringify([state, log])};\n${SOURCE}`);
  return {
    directory: bin,
    calls: () =>
      readFileSync(log, "utf8")
        .split("\n")
        .filter((line) => line !== ""),
    stacks: () => JSON.parse(readFileSync(state, "utf8")) as Record<string, FakeStack>,
  };
};

/** Puts a program of any text beside it. */
export const program = (directory: string, name: string, text: string): void => {
  const path = join(directory, name);
  writeFileSync(path, text);
  chmodSync(path, 0o755);
};

const SOURCE = `
const { readFileSync, writeFileSync, appendFileSync } = require("node:fs");
const argv = process.argv.slice(2);
appendFileSync(LOG, argv.join(" ") + "\\n");
const stacks = JSON.parse(readFileSync(STATE, "utf8"));
const option = (name) => argv[argv.indexOf(name) + 1];
const name = argv.includes("--stack") ? option("--stack") : Object.keys(stacks)[0];
const stack = stacks[name];
const command = argv.slice(0, 2).join(" ");
const save = () => writeFileSync(STATE, JSON.stringify(stacks));
const fail = (text) => { process.stderr.write("error: " + text + "\\n"); process.exit(255); };
for (const broken of stack?.failing ?? []) {
  if (!argv.join(" ").startsWith(broken)) continue;
  stack.failing = stack.failing.filter((other) => other !== broken);
  save();
  fail("broken: " + broken);
}
if (command === "stack ls")
  console.log(JSON.stringify(Object.keys(stacks).map((each, at) => ({ name: each, current: at === 0 && !stacks[each].unselected, resourceCount: stacks[each].resources.length }))));
else if (stack === undefined) fail("no stack named " + name);
else if (command === "stack export")
  console.log(JSON.stringify({ version: 3, deployment: { resources: [{ urn: "root", type: "pulumi:pulumi:Stack" }, ...stack.resources] } }));
else if (command === "stack output") console.log(JSON.stringify(stack.outputs));
else if (command === "config --json")
  console.log(JSON.stringify(Object.fromEntries(Object.entries(stack.config).map(([key, value]) => ["landbridge:" + key, { value, secret: false }]))));
else if (command === "config set") { const [key, value] = argv.slice(-2); stack.config[key] = value; save(); }
else if (command === "config rm") { delete stack.config[argv.at(-1)]; save(); }
else if (command === "up --yes") {
  const targets = argv.filter((_, at) => argv[at - 1] === "--target");
  if (stack.config.protect !== "false") fail("nothing would change");
  if (!stack.orphaned) for (const resource of stack.resources) if (targets.includes(resource.urn)) resource.protect = false;
  save();
  console.log("Updating");
} else if (command === "state unprotect") { for (const resource of stack.resources) resource.protect = false; save(); }
else if (command === "destroy --yes") {
  if (stack.resources.some(({ protect }) => protect)) fail("resource cannot be deleted because it is protected");
  stack.resources = [];
  save();
  console.log("Destroying");
} else if (command === "stack rm") { delete stacks[name]; save(); }
else if (command === "stack select") { /* the first one is the selected one in any case */ }
else fail("not expected: " + argv.join(" "));
`;
