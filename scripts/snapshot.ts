/** `npm run snapshot`: a finished copy of a live file, for whoever copies it elsewhere. */
import { resolve } from "node:path";
import { ExitCode } from "../src/errors.ts";
import { keepSnapshot } from "../src/kept-snapshot.ts";
import { formatBytes, formatInstant } from "../src/report/words.ts";
import { snapshotDirectory } from "../src/survey.ts";
import { runVerb } from "./cli/exit.ts";
import { settingsOf } from "./cli/settings.ts";
import { SNAPSHOT } from "./cli/verbs-job.ts";

await runVerb(SNAPSHOT, async ({ given, cwd, environment, emit, signal }) => {
  const settings = settingsOf(SNAPSHOT, given, { cwd, environment });
  const output = given.text("output");
  const kept = await keepSnapshot({
    sourcePath: settings.source,
    directory: snapshotDirectory(settings),
    timeoutSeconds: settings.snapshotTimeout,
    ...(output === undefined ? {} : { output: resolve(cwd, output) }),
    emit,
    signal,
  });
  const text = [
    kept.reused
      ? `${kept.sourceName} has not changed since its snapshot of ${formatInstant(kept.takenAt)}: ${kept.path}`
      : `Snapshot of ${kept.sourceName}: ${kept.path}`,
    `  ${formatBytes(kept.bytes)}, sha256 ${kept.sha256}`,
  ];
  return { exitCode: ExitCode.DONE, document: kept, text: text.join("\n") };
});
