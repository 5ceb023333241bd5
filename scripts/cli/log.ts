/** One NDJSON log file per run in `.landbridge/logs/`, without passwords and without the rows' values. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import pino, { type Logger } from "pino";
import { stampOf } from "../../src/stamp.ts";
import { redact } from "./redact.ts";

export interface RunLog {
  readonly path: string;
  readonly logger: Logger;
}

/** Opens the log of one run; null where the directory cannot be written, because a missing log must stop nobody. */
export const openLog = (directory: string, verb: string, at: Date): RunLog | null => {
  const path = join(directory, `${verb}_${stampOf(at)}_${process.pid}.ndjson`);
  try {
    mkdirSync(directory, { recursive: true });
    const destination = pino.destination({ dest: path, sync: true, mode: 0o600 });
    return { path, logger: logTo(destination) };
  } catch {
    return null;
  }
};

/** The logger itself, on any stream: what is secret by its key or by its form is replaced before it is written. */
export const logTo = (destination: pino.DestinationStream): Logger =>
  pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ["password", "*.password", "config", "*.config", "*.*.password"], censor: "***" },
      hooks: { streamWrite: redact },
    },
    destination,
  );
