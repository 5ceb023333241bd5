/** Runs a step as a process beside the program, on this machine and with this Node. Reads nothing of `place`. */
import { createInterface } from "node:readline";
import { $, type ProcessPromise } from "zx";
import { LandbridgeError } from "../../src/errors.ts";
import { awaitLeftOver, noted } from "./process/left-over.ts";
import { type Runner, StepLog, type StepRequest, type StepResult } from "./runner.ts";
import { scriptArguments } from "./script.ts";
import { stepTimeout } from "./timeout.ts";

/** What a process needs of this machine; PG… and PULUMI_… of the user's own would reach the wrong server, or give secrets away. */
const INHERITED =
  /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|TEMP|TMP|SYSTEMROOT|TZ|LANG|LC_\w+|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+|(?:HTTPS?|NO)_PROXY|AWS_\w+)$/i;
/** @throws LandbridgeError STEP_TIMEOUT, STEP_RUNNER */
export const run: Runner = async (request, tell) => {
  const { step, environment, secrets, root, key } = request;
  if (step === "command")
    throw new LandbridgeError({
      code: "STEP_RUNNER",
      message: "The application's migration runs in its own image, not as a process here.",
      remedy: "This is a defect of Landbridge; please report it.",
    });
  const words = scriptArguments(step);
  await awaitLeftOver(root, { key, script: words.at(-1) ?? "" }, tell);
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => INHERITED.test(name)));
  const options = {
    cwd: root,
    env: { ...inherited, ...environment, ...secrets },
    quiet: true,
    nothrow: true,
    stdio: ["ignore" as const, "pipe" as const, "pipe" as const],
  };
  const child = $(options)`${process.execPath} ${words}`;
  return noted(root, key, child.pid, () => watch(child, request, tell));
};

const watch = async (
  child: ProcessPromise,
  { step, timeoutSeconds }: StepRequest,
  tell: (line: string) => void,
): Promise<StepResult> => {
  const log = new StepLog(tell);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    void child.kill("SIGTERM");
  }, timeoutSeconds * 1000);
  const heard = [child.stdout, child.stderr].map(async (stream) => {
    for await (const line of createInterface({ input: stream })) log.line(line);
  });
  const { exitCode, signal } = await child;
  clearTimeout(timer);
  await Promise.all(heard);
  if (timedOut) throw stepTimeout(step, timeoutSeconds);
  return signal === null ? log.end(step, exitCode ?? 1) : log.endBy(step, signal);
};
