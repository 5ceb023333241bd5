/** `npm run pulumi -- …`: the Pulumi CLI, with state in this project where nobody is logged in. */
import { join } from "node:path";
import { tellError } from "./cli/exit.ts";
import { findBackend } from "./stack/find.ts";
import { pulumiCli } from "./stack/pulumi.ts";

// Ctrl-C reaches the CLI by itself, as everything of this terminal; it decides when it is done.
process.on("SIGINT", () => undefined);
try {
  const cli = await pulumiCli(process.env, findBackend(process.env, join(process.cwd(), ".landbridge")));
  process.exitCode = await cli.pass(process.argv.slice(2));
} catch (error) {
  process.exitCode = tellError(error, false, null);
}
