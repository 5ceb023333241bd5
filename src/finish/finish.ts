/**
 * The finish step, after the rows: indexes, keys, foreign keys, sequences, views, statistics, triggers, in the order that neither
 * deadlocks nor reads twice. Each part asks first what is there, so that the step may be broken off anywhere
 * and run again; an object that the rows or the server refuse is left out by name and nothing else waits for it.
 */
import { finishExisting } from "../existing/finish.ts";
import type { Finding } from "../findings.ts";
import { renderFinish, type StatementKind } from "../plan/ddl/ddl.ts";
import { searchPath } from "../target/search-path.ts";
import { analyzeTables } from "./analyze.ts";
import { builtNow } from "./built.ts";
import { type FinishInput, Finishing } from "./finishing.ts";
import { buildIndexes } from "./indexes.ts";
import { addKeys } from "./keys.ts";
import { handleOrphans } from "./orphans.ts";
import { identityColumns, setSequences } from "./sequences.ts";
import { inSession, type SearchPath } from "./sessions.ts";
import { readSettled } from "./settled.ts";
import type { OriginalOf } from "./source-key.ts";
import { createTriggers } from "./triggers.ts";
import { referencesOf, validate } from "./validate.ts";
import { createViews } from "./views.ts";

export interface FinishOutcome {
  /** Not emitted as events: the caller's to show. */
  readonly findings: readonly Finding[];
  /** Names (target) of objects that could not be built, and of foreign keys that are there but not valid. */
  readonly leftOut: readonly string[];
  /** Orphans moved to landbridge.rejects, and orphans kept without their reference, over all attempts at this run. */
  readonly quarantined: number;
  readonly cleaned: number;
}

/**
 * Builds everything that the plan has besides the tables, in `run.loadSchema`. `originalOf` reads a row of the snapshot
 * for the ledger and is only asked under the orphan policies `quarantine` and `null`.
 * @throws LandbridgeError ORPHANS (policy `fail`), TARGET_LOCKED; the signal's reason; what the server cannot help (no space …)
 */
export const finishTables = async (
  input: FinishInput & { readonly originalOf: OriginalOf },
): Promise<FinishOutcome> => {
  const { plan, run } = input;
  if (plan.existing !== undefined) return finishExisting(input);
  const statements = renderFinish(plan, run.loadSchema);
  const finishing = new Finishing(input, statements.length + identityColumns(plan.tables).length + plan.tables.length);
  const ofKind = (kind: StatementKind) => statements.filter((statement) => statement.kind === kind);

  const path = await searchPathOf(finishing);
  await buildIndexes(finishing, await builtNow(finishing), ofKind("index"), path);
  for (const kind of ["primary key", "unique", "foreign key"] as const)
    await addKeys(finishing, await builtNow(finishing), ofKind(kind));

  const references = referencesOf(plan.tables);
  const violated = await validate(finishing, references);
  await handleOrphans(finishing, references, violated, input.originalOf);
  finishing.advance("foreign keys", references.length);

  await setSequences(finishing);
  await createViews(finishing, await builtNow(finishing), ofKind("view"), path);
  await analyzeTables(finishing);
  await createTriggers(finishing, await builtNow(finishing), ofKind("trigger"));

  const settled = await inSession(finishing, {}, (session) =>
    session.use("the ledger", (client) => readSettled(client, run)),
  );
  return {
    findings: [...finishing.findings, ...settled.findings],
    leftOut: finishing.leftOut,
    quarantined: settled.quarantined,
    cleaned: settled.cleaned,
  };
};

const searchPathOf = (finishing: Finishing): Promise<SearchPath> =>
  inSession(finishing, {}, (session) =>
    session.use("the search path", async (client) => ({
      search_path: await searchPath(client, finishing.schema, finishing.plan.extensions),
    })),
  );
