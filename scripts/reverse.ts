/** `npm run reverse`: PostgreSQL → a new SQLite file, with the same proof. */
import { availableParallelism } from "node:os";
import { reverse } from "../src/reverse/reverse.ts";
import { parseSettings } from "../src/settings.ts";
import { runVerb } from "./cli/exit.ts";
import { reportOutcome } from "./cli/run-report.ts";
import { strayDatabaseUrl } from "./cli/settings.ts";
import { REVERSE } from "./cli/verbs.ts";
import { addressesOf } from "./reverse/addresses.ts";

await runVerb(REVERSE, async (run) => {
  const { given, cwd, environment } = run;
  const { server, file } = addressesOf(given, environment);
  const settings = parseSettings({
    source: file,
    target: server,
    schema: given.text("schema"),
    verify: given.flag("validate") ? "full" : given.text("verify"),
    jobs: given.text("jobs"),
    reportDir: given.text("report-dir"),
    ...{ cwd, environment, cores: availableParallelism() },
  });
  const stray = strayDatabaseUrl(settings, environment);
  if (stray !== null) run.note(stray);
  return reportOutcome(await reverse(settings, { force: given.flag("force"), of: given.text("of") ?? null }, run), run);
});
