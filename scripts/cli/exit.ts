/** What every verb does around its work: flags, help, progress, log, signals, errors and the exit code. */
import { join } from "node:path";
import { ExitCode, LandbridgeError } from "../../src/errors.ts";
import type { Emit, Step } from "../../src/events.ts";
import { toJson } from "../../src/report/json.ts";
import type { ReportError } from "../../src/report/model.ts";
import { visible } from "../../src/report/words.ts";
import { type Arguments, parseArguments, type Verb } from "./arguments.ts";
import { renderHelp } from "./help.ts";
import { openLog, type RunLog } from "./log.ts";
import { plainProgress } from "./plain-progress.ts";
import { redact, redactWord } from "./redact.ts";
import type { Place } from "./settings.ts";
import { stopSignal } from "./signals.ts";
import { type TerminalProgress, terminalProgress } from "./terminal-progress.ts";

export interface VerbRun extends Place {
  readonly given: Arguments;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Cells of the terminal's width, 100 where there is none. */
  readonly width: number;
  /** Says a line that is not the result, on stderr. */
  readonly note: (line: string) => void;
  /** Ends the progress so far, and begins that of these steps under a title. */
  readonly announce: (title: string, steps: readonly Step[]) => Promise<void>;
}

export interface Outcome {
  readonly exitCode: ExitCode;
  /** What `--json` prints. */
  readonly document: unknown;
  /** What is printed else, without the last line break. */
  readonly text: string;
}

/** Runs a verb from the process's own arguments and sets its exit code. */
export const runVerb = async (verb: Verb, main: (run: VerbRun) => Promise<Outcome>): Promise<void> => {
  const argv = process.argv.slice(2);
  const json = argv.includes("--json");
  const log: { current: RunLog | null } = { current: null };
  try {
    const given = parseArguments(verb, argv);
    if (given.flag("help")) {
      process.stdout.write(renderHelp(verb));
      return;
    }
    log.current = openLog(join(process.cwd(), ".landbridge", "logs"), verb.name, new Date());
    log.current?.logger.info({ verb: verb.name, argv: argv.map(redactWord) }, "started");
    const { exitCode, document, text } = await work(verb, given, json, log.current, main);
    if (json) process.stdout.write(toJson(document));
    else if (text !== "") process.stdout.write(`${text}\n`);
    process.exitCode = exitCode;
  } catch (error) {
    process.exitCode = tellError(error, json, log.current);
  }
  log.current?.logger.info({ exitCode: process.exitCode }, "ended");
};

const work = async (
  { steps = [], options, interrupted }: Verb,
  given: Arguments,
  json: boolean,
  log: RunLog | null,
  main: (run: VerbRun) => Promise<Outcome>,
): Promise<Outcome> => {
  const again = options.some(({ name }) => name === "resume") ? undefined : "the same command";
  const stop = stopSignal((line) => process.stderr.write(`${line}\n`), again, interrupted);
  const begin = (those: readonly Step[]): TerminalProgress =>
    progressFor(those, those.length > 0 && given.flag("verbose"), json);
  const progress: { current: TerminalProgress | null } = { current: null };
  let failed = true;
  const note = (line: string): void => void process.stderr.write(`${redact(line)}\n`);
  try {
    const outcome = await main({
      given,
      emit: (event) => {
        if (event.kind !== "progress") log?.logger.info(event, event.kind);
        progress.current ??= begin(steps);
        progress.current.emit(event);
      },
      signal: stop.signal,
      width: process.stdout.columns ?? 100,
      note,
      announce: async (title, those) => {
        await progress.current?.end(false);
        note(`${"file".padEnd(9)} ${visible(title)}`);
        progress.current = begin(those);
      },
      cwd: process.cwd(),
      environment: process.env,
    });
    failed = outcome.exitCode === ExitCode.FAILED || outcome.exitCode === ExitCode.REFUSED;
    return outcome;
  } finally {
    stop.release();
    await progress.current?.end(failed);
  }
};

/** Alive on a terminal; plain lines on stderr where there is none, under CI, without steps, and beside a JSON document. */
const progressFor = (steps: readonly Step[], verbose: boolean, json: boolean): TerminalProgress => {
  const ci = process.env["CI"] ?? "";
  if (process.stdout.isTTY && steps.length > 0 && !json && (ci === "" || ci === "false"))
    return terminalProgress(steps, verbose);
  const write = (line: string): void => void process.stderr.write(`${redact(line)}\n`);
  return {
    emit: plainProgress({ write, verbose, clock: () => performance.now() / 1000 }),
    end: () => Promise.resolve(),
  };
};

/** Tells a person, and under `--json` a program, what went wrong; returns the exit code. */
export const tellError = (error: unknown, json: boolean, log: RunLog | null): ExitCode => {
  log?.logger.error({ err: error }, "failed");
  const { code, message, remedy, exitCode } = error instanceof LandbridgeError ? error : unexpected(error, log);
  const told = { code, message: redact(message), remedy: redact(remedy) };
  process.stderr.write(`${errorText(told)}\n`);
  if (json) {
    const status = exitCode === ExitCode.FAILED ? "failed" : "refused";
    process.stdout.write(
      toJson({
        status,
        exitCode,
        runId: null,
        source: null,
        target: null,
        tables: [],
        findings: [],
        timings: {},
        reports: [],
        errors: [told],
      }),
    );
  }
  return exitCode;
};

/** `error CODE: message`, and what to do about it on the next line. */
export const errorText = ({ code, message, remedy }: ReportError): string => {
  const lines = (text: string): string => visible(text, { lines: true, limit: 4000 });
  return `error ${code}: ${lines(message)}${remedy === "" ? "" : `\n  ${lines(remedy)}`}`;
};

const unexpected = (error: unknown, log: RunLog | null): LandbridgeError =>
  new LandbridgeError({
    code: "UNEXPECTED",
    message: `${error instanceof Error ? error.message : String(error)}`.split("\n")[0]!,
    remedy:
      "This is a defect of Landbridge. " +
      (log === null ? "Run again where .landbridge/logs can be written" : `The details are in ${log.path}`) +
      "; please report it with that file. It holds no passwords; read it first, since messages may name keys.",
    cause: error,
  });
