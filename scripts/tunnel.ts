/** `npm run tunnel`: the way from here to a private database on AWS. */
import { join } from "node:path";
import { runVerb } from "./cli/exit.ts";
import { findBackend } from "./stack/find.ts";
import { pulumiCli } from "./stack/pulumi.ts";
import { tunnel } from "./tunnel/tunnel.ts";
import { TUNNEL } from "./tunnel/verb.ts";

await runVerb(TUNNEL, async (run) => {
  const backend = findBackend(run.environment, join(run.cwd, ".landbridge"));
  return tunnel(await pulumiCli(run.environment, backend), run);
});
