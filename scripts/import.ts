/** `npm run import`: the second half of a crossing, from a directory that export made. */
import { importCrossing } from "../src/crossing-halves.ts";
import { runVerb } from "./cli/exit.ts";
import { reportOutcome } from "./cli/run-report.ts";
import { settingsOf, strayDatabaseUrl } from "./cli/settings.ts";
import { IMPORT } from "./cli/verbs.ts";

await runVerb(IMPORT, async (run) => {
  const settings = settingsOf(IMPORT, run.given, run);
  const stray = strayDatabaseUrl(settings, run.environment);
  if (stray !== null) run.note(stray);
  return reportOutcome(await importCrossing(settings, settings.source, run), run);
});
