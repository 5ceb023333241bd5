/** `npm run init`: a database prepared for an application, by whoever administers it. */
import { rm } from "node:fs/promises";
import { ExitCode } from "../src/errors.ts";
import { type Initialised, type InitRequest, initDatabase } from "../src/init.ts";
import { counted } from "../src/report/words.ts";
import { INIT } from "./cli/verbs-job.ts";
import { initOrder } from "./init/order.ts";
import { partsWithoutPassword, passwordLines } from "./init/passwords.ts";
import { workDirectory } from "./job/environment.ts";
import { runStep } from "./job/step.ts";

await runStep(INIT, "init", async (run) => {
  const work = await workDirectory(run);
  try {
    const request = await initOrder(run.given, run, work.path);
    const done = await initDatabase(request, run);
    const summary = summaryOf(done, request);
    const exitCode = done.findings.length === 0 ? ExitCode.DONE : ExitCode.DIFFERENCES;
    const status = exitCode === ExitCode.DONE ? "done" : "done-with-differences";
    const { names } = request.roles ?? { names: null };
    const withoutPassword = partsWithoutPassword(request);
    return {
      exitCode,
      document: { status, exitCode, ...done, schema: request.schema, roles: names, withoutPassword },
      text: [summary, ...details(done), ...passwordLines(request)].join("\n"),
      result: { status, summary, report: "", runId: "", rows: 0 },
    };
  } finally {
    if (!work.kept) await rm(work.path, { recursive: true, force: true });
  }
});

function summaryOf(
  { database, madeDatabase, applied, unchanged, findings }: Initialised,
  { roles }: InitRequest,
): string {
  const parts = [
    `Database ${database} is ${madeDatabase ? "made and " : ""}prepared`,
    ...(roles === null ? [] : [`roles ${Object.values(roles.names).join(", ")}`]),
    `${counted(applied.length, "file")} run`,
    ...(unchanged.length === 0 ? [] : [`${unchanged.length} unchanged`]),
  ];
  const missing =
    findings.length === 0 ? "" : `; ${counted(findings.length, "thing")} could not be done: ${findings[0]!.message}`;
  return `${parts[0]}: ${parts.slice(1).join(", ")}${missing}.`;
}

function details({ applied, findings }: Initialised): string[] {
  return [
    ...applied.map((name) => `  run: ${name}`),
    ...findings.map(({ where, message, remedy }) => `  not done (${where}): ${message}\n    ${remedy}`),
  ];
}
