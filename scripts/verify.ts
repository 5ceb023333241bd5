/** `npm run verify`: the proof alone, at any later time. */
import { verify } from "../src/verify-stored.ts";
import { runVerb } from "./cli/exit.ts";
import { reportOutcome } from "./cli/run-report.ts";
import { settingsOf, strayDatabaseUrl } from "./cli/settings.ts";
import { VERIFY } from "./cli/verbs.ts";

await runVerb(VERIFY, async (run) => {
  const settings = settingsOf(VERIFY, run.given, run);
  const stray = strayDatabaseUrl(settings, run.environment);
  if (stray !== null) run.note(stray);
  return reportOutcome(await verify(settings, run), run);
});
