/** `npm run migrate` and `npm start`: the whole story of a crossing, or of several into one schema. */
import { join } from "node:path";
import { sampleDatabase } from "../examples/sample/build.ts";
import { migrate } from "../src/migrate.ts";
import { migrateSeveral } from "../src/sources/several.ts";
import { runVerb } from "./cli/exit.ts";
import { reportOutcome } from "./cli/run-report.ts";
import { settingsOfEach, strayDatabaseUrl } from "./cli/settings.ts";
import { reportSeveral } from "./cli/several-reports.ts";
import { MIGRATE } from "./cli/verbs.ts";

await runVerb(MIGRATE, async (run) => {
  const sample = run.given.flag("sample-by-default") ? () => sampleDatabase(join(run.cwd, ".landbridge")) : undefined;
  const all = settingsOfEach(MIGRATE, run.given, run, sample);
  const [settings] = all as readonly [(typeof all)[number]];
  const stray = strayDatabaseUrl(settings, run.environment);
  if (stray !== null) run.note(stray);
  if (all.length > 1) return reportSeveral(await migrateSeveral(all, run, run.announce), run);
  return reportOutcome(await migrate(settings, run), run);
});
