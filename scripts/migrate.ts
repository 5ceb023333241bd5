/** `npm run migrate` and `npm start`: the whole story of a crossing. */
import { join } from "node:path";
import { sampleDatabase } from "../examples/sample/build.ts";
import { migrate } from "../src/migrate.ts";
import { runVerb } from "./cli/exit.ts";
import { reportOutcome } from "./cli/run-report.ts";
import { settingsOf, strayDatabaseUrl } from "./cli/settings.ts";
import { MIGRATE } from "./cli/verbs.ts";

await runVerb(MIGRATE, async (run) => {
  const sample = run.given.flag("sample-by-default") ? () => sampleDatabase(join(run.cwd, ".landbridge")) : undefined;
  const settings = settingsOf(MIGRATE, run.given, run, sample);
  const stray = strayDatabaseUrl(settings, run.environment);
  if (stray !== null) run.note(stray);
  return reportOutcome(await migrate(settings, run), run);
});
