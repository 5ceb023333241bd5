/** `npm run teardown`: the way back, from a stack to the SQLite file as it was. */
import { join } from "node:path";
import { runVerb } from "./cli/exit.ts";
import { findBackend } from "./stack/find.ts";
import { pulumiCli } from "./stack/pulumi.ts";
import { teardown } from "./teardown/teardown.ts";
import { TEARDOWN } from "./teardown/verb.ts";

await runVerb(TEARDOWN, async (run) => {
  const backend = findBackend(run.environment, join(run.cwd, ".landbridge"));
  return teardown(await pulumiCli(run.environment, backend), run);
});
