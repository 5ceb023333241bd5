/** `npm run export`: the first half of a crossing, into a directory. */
import { resolve } from "node:path";
import { exportCrossing } from "../src/crossing-halves.ts";
import { ExitCode, usageError } from "../src/errors.ts";
import { counted, formatBytes } from "../src/report/words.ts";
import { runVerb } from "./cli/exit.ts";
import { settingsOf } from "./cli/settings.ts";
import { EXPORT } from "./cli/verbs.ts";

await runVerb(EXPORT, async (run) => {
  const settings = settingsOf(EXPORT, run.given, run);
  const output = run.given.text("output");
  if (output === undefined) {
    throw usageError({
      code: "ARGUMENT_MISSING",
      message: "export needs -o DIR, the directory to write.",
      remedy: EXPORT.examples[0]!.command,
    });
  }
  const exported = await exportCrossing(settings, resolve(run.cwd, output), run);
  const text = [
    `Exported ${counted(exported.rows, "row")} in ${counted(exported.tables, "table")}, ${formatBytes(exported.bytes)}, to ${exported.directory}`,
    `On the other side: npm run import -- ${output} --target URL`,
  ];
  return { exitCode: ExitCode.DONE, document: exported, text: text.join("\n") };
});
