/** `npm run inspect`: what a SQLite file is and really holds. */
import { ExitCode } from "../src/errors.ts";
import { inspect } from "../src/inspect.ts";
import { inspectionText } from "../src/report/inspection.ts";
import { runVerb } from "./cli/exit.ts";
import { settingsOf } from "./cli/settings.ts";
import { INSPECT } from "./cli/verbs.ts";

await runVerb(INSPECT, async (run) => {
  const inspection = await inspect(settingsOf(INSPECT, run.given, run), run);
  return { exitCode: ExitCode.DONE, document: inspection, text: inspectionText(inspection, run.width) };
});
