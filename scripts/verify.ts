/** `npm run verify`: the proof alone, at any later time, of one load or of several in one schema. */
import { verifySeveral } from "../src/sources/several.ts";
import { verify } from "../src/verify-stored.ts";
import { runVerb } from "./cli/exit.ts";
import { reportOutcome } from "./cli/run-report.ts";
import { settingsOfEach, strayDatabaseUrl } from "./cli/settings.ts";
import { reportSeveral } from "./cli/several-reports.ts";
import { VERIFY } from "./cli/verbs.ts";

await runVerb(VERIFY, async (run) => {
  const all = settingsOfEach(VERIFY, run.given, run);
  const [settings] = all as readonly [(typeof all)[number]];
  const stray = strayDatabaseUrl(settings, run.environment);
  if (stray !== null) run.note(stray);
  if (all.length > 1) return reportSeveral(await verifySeveral(all, run, run.announce), run);
  return reportOutcome(await verify(settings, run), run);
});
