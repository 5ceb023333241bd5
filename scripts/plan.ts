/** `npm run plan`: the plan of a crossing and its statements; nothing is touched. */
import { writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ExitCode } from "../src/errors.ts";
import { type MadePlan, makePlan } from "../src/make-plan.ts";
import { planText } from "../src/report/plan.ts";
import { runVerb, type VerbRun } from "./cli/exit.ts";
import { settingsOf } from "./cli/settings.ts";
import { PLAN } from "./cli/verbs.ts";

/** Beside a configuration lies the JSON Schema that editors check it by. */
const SCHEMA_FILE = "landbridge.schema.json";

await runVerb(PLAN, async (run) => {
  const made = await makePlan(settingsOf(PLAN, run.given, run), run);
  const written = await writeFiles(made, run);
  const text = run.given.flag("sql") ? made.sql.trimEnd() : planText(made.plan, run.width);
  for (const path of written) run.note(`written: ${path}`);
  return { exitCode: ExitCode.DONE, document: made.plan, text };
});

async function writeFiles(made: MadePlan, { given, cwd }: VerbRun): Promise<string[]> {
  const output = given.text("output");
  const config = given.text("write-config");
  const files: [string, string][] = [];
  if (output !== undefined) files.push([resolve(cwd, output), made.text]);
  if (config !== undefined) {
    const path = resolve(cwd, config);
    files.push([path, made.config], [join(dirname(path), SCHEMA_FILE), made.configSchema]);
  }
  for (const [path, content] of files) await writeFile(path, content);
  return files.map(([path]) => path);
}
