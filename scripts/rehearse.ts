/** `npm run rehearse`: the whole move, tried on a copy of the newest backup and thrown away. */
import { join } from "node:path";
import type { PhaseTime } from "../src/rehearsal/model.ts";
import { stampOf } from "../src/stamp.ts";
import { errorText, runVerb } from "./cli/exit.ts";
import { closingWords } from "./rehearse/closing.ts";
import { dockerStage } from "./rehearse/docker.ts";
import { embeddedStage } from "./rehearse/embedded.ts";
import { rehearseOptions } from "./rehearse/options.ts";
import { phaseTimer } from "./rehearse/phases.ts";
import { rehearse } from "./rehearse/rehearse.ts";
import { REHEARSE } from "./rehearse/verb.ts";

await runVerb(REHEARSE, async (run) => {
  const options = await rehearseOptions(run);
  const startedAt = new Date();
  const name = `rehearse-${stampOf(startedAt).replace("_", "-")}`;
  const directory = join(options.settings.home, name);
  const times: PhaseTime[] = [];
  const phase = phaseTimer(times, run.note);
  const { settings, writers, readers } = options;
  const stage =
    options.kind === "embedded"
      ? embeddedStage({ settings, directory, phase, sessions: writers + readers }, run)
      : await dockerStage({ options, name, phase }, run);
  const report = await rehearse(options, { stage, name, directory, startedAt, times, phase }, run);
  for (const error of report.errors) run.note(errorText(error));
  return { exitCode: report.exitCode, document: report, text: closingWords(report, run.width) };
});
