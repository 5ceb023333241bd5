/** `npm run pg -- …`: the embedded PostgreSQL that Landbridge loads into when no other target is named. */
import { ExitCode, type LandbridgeError, usageError } from "../src/errors.ts";
import { embeddedStatus, resetEmbedded, startEmbedded, stopEmbedded } from "../src/target/embedded/embedded.ts";
import { type Arguments, parseArguments } from "./cli/arguments.ts";
import { tellError } from "./cli/exit.ts";
import { renderHelp } from "./cli/help.ts";
import { confirmReset } from "./pg/confirm.ts";
import { showLogs } from "./pg/logs.ts";
import { psql } from "./pg/psql.ts";
import { urlWithPassword } from "./pg/url.ts";
import { PG } from "./pg/verb.ts";

const main = async (): Promise<number> => {
  const given = parseArguments(PG, process.argv.slice(2));
  if (given.flag("help")) {
    process.stdout.write(renderHelp(PG));
    return ExitCode.DONE;
  }
  const [command, statement] = given.positionals;
  const options = { directory: given.text("directory") ?? ".landbridge", environment: process.env };
  if (command === "psql")
    return psql(await startEmbedded(options), oneStatement(statement, given.text("command")), process.env);
  if (statement !== undefined) throw usage(`"${statement}" is one word too many after ${command}`);
  if (command === "logs") return showLogs(await embeddedStatus(options), given.flag("follow"));
  const { text, document } = await perform(command, options, given);
  console.log(given.flag("json") ? JSON.stringify(document) : text);
  return ExitCode.DONE;
};

interface Answer {
  readonly text: string;
  readonly document: object;
}

const perform = async (
  command: string | undefined,
  options: { readonly directory: string; readonly environment: NodeJS.ProcessEnv },
  given: Arguments,
): Promise<Answer> => {
  switch (command) {
    case "start": {
      await startEmbedded(options);
      return statusOf(options.directory);
    }
    case "status":
      return statusOf(options.directory);
    case "stop": {
      const wasRunning = await stopEmbedded(options);
      const text = wasRunning ? "PostgreSQL is stopped; its data stays." : "PostgreSQL was not running.";
      return { text, document: { state: "stopped", wasRunning } };
    }
    case "url": {
      const url = urlWithPassword((await startEmbedded(options)).target);
      return { text: url, document: { url } };
    }
    case "reset": {
      await confirmReset(given.flag("yes"), options.directory);
      await resetEmbedded(options);
      return { text: "The embedded PostgreSQL and everything in it is gone.", document: { state: "absent" } };
    }
    default:
      throw usage(command === undefined ? "pg needs a command" : `pg has no command "${command}"`);
  }
};

const statusOf = async (directory: string): Promise<Answer> => {
  const status = await embeddedStatus({ directory });
  switch (status.state) {
    case "absent":
      return {
        text: "There is no embedded PostgreSQL here yet; npm run pg -- start makes one.",
        document: { state: "absent" },
      };
    case "stopped":
      return { text: `PostgreSQL is stopped (log ${status.log}).`, document: { state: "stopped", log: status.log } };
    case "running": {
      const { state, target, pid, log } = status;
      return {
        text: `PostgreSQL is running: ${target.display} (process ${pid}, log ${log})`,
        document: { state, url: target.display, pid, log },
      };
    }
  }
};

const oneStatement = (word: string | undefined, option: string | undefined): string | undefined => {
  if (word !== undefined && option !== undefined) throw usage("psql takes one statement: either -c or a word");
  return option ?? word;
};

const usage = (message: string): LandbridgeError =>
  usageError({ code: "ARGUMENTS_UNEXPECTED", message, remedy: "See npm run pg -- --help" });

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = tellError(error, process.argv.includes("--json"), null);
}
