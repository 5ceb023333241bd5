/** `npm run pg -- …`: the embedded PostgreSQL that Landbridge loads into when no other target is named. */
import { parseArgs } from "node:util";
import { ExitCode, LandbridgeError, usageError } from "../src/errors.ts";
import { embeddedStatus, resetEmbedded, startEmbedded, stopEmbedded } from "../src/target/embedded/embedded.ts";
import { confirmReset } from "./pg/confirm.ts";
import { showLogs } from "./pg/logs.ts";
import { psql } from "./pg/psql.ts";
import { urlWithPassword } from "./pg/url.ts";

const HELP = `Usage: npm run pg -- <command> [options]

The embedded PostgreSQL, kept in .landbridge/ of this directory.

Commands:
  start    start it (made on the first call) and print how to reach it
  stop     stop it; its data stays
  status   say whether it runs, where, and where its log is
  psql     open psql; "select 1" or -c "select 1" runs one statement (also where psql is not installed)
  url      print its connection string, with the password
  logs     print the end of its log; -f follows it
  reset    stop it and delete everything in it

Options:
  --directory DIR  where it is kept (default: .landbridge)
  -c SQL           a statement for psql
  -f, --follow     for logs
  --yes            reset without a question
  --json           one JSON document (start, stop, status, url)
  -h, --help       this text
`;

const OPTIONS = {
  directory: { type: "string", default: ".landbridge" },
  command: { type: "string", short: "c" },
  follow: { type: "boolean", short: "f", default: false },
  yes: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const main = async (): Promise<number> => {
  const { values, positionals } = readArguments();
  const [verb, ...rest] = positionals;
  if (values.help || verb === undefined) {
    process.stdout.write(HELP);
    return values.help ? ExitCode.DONE : ExitCode.USAGE;
  }
  const options = { directory: values.directory, environment: process.env };
  const print = (text: string, document: object): void => console.log(values.json ? JSON.stringify(document) : text);
  if (verb !== "psql" && rest.length > 0) throw usage(`"${rest[0]}" is one word too many after ${verb}.`);

  switch (verb) {
    case "start": {
      const { target, pid, log } = await startEmbedded(options);
      print(`PostgreSQL is running: ${target.display} (process ${pid}, log ${log})`, {
        state: "running",
        url: target.display,
        pid,
        log,
      });
      return ExitCode.DONE;
    }
    case "stop": {
      const stopped = await stopEmbedded(options);
      print(stopped ? "PostgreSQL is stopped; its data stays." : "PostgreSQL was not running.", {
        state: "stopped",
        wasRunning: stopped,
      });
      return ExitCode.DONE;
    }
    case "status": {
      const status = await embeddedStatus(options);
      const words = {
        absent: "There is no embedded PostgreSQL here yet; npm run pg -- start makes one.",
        stopped: "PostgreSQL is stopped.",
        running: "PostgreSQL is running",
      };
      if (status.state === "running") {
        const { state, target, pid, log } = status;
        print(`${words.running}: ${target.display} (process ${pid}, log ${log})`, {
          state,
          url: target.display,
          pid,
          log,
        });
      } else print(words[status.state], { state: status.state });
      return ExitCode.DONE;
    }
    case "psql": {
      if (rest.length > 1 || (rest.length === 1 && values.command !== undefined))
        throw usage("psql takes one statement: quote it as one word.");
      return psql(await startEmbedded(options), values.command ?? rest[0], process.env);
    }
    case "url": {
      const url = urlWithPassword((await startEmbedded(options)).target);
      print(url, { url });
      return ExitCode.DONE;
    }
    case "logs":
      return showLogs(await embeddedStatus(options), values.follow);
    case "reset":
      await confirmReset(values.yes, values.directory);
      await resetEmbedded(options);
      console.log("The embedded PostgreSQL and everything in it is gone.");
      return ExitCode.DONE;
    default:
      throw usage(`There is no "${verb}".`);
  }
};

const readArguments = () => {
  try {
    return parseArgs({ options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw usage((error as Error).message);
  }
};

const usage = (message: string): LandbridgeError =>
  usageError({ code: "USAGE", message, remedy: "npm run pg -- --help lists the commands." });

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof LandbridgeError)) throw error;
  console.error(`${error.code}: ${error.message}\n${error.remedy}`);
  process.exitCode = error.exitCode;
}
