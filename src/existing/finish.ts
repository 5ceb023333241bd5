/**
 * The finish step for an application's own tables: what was merged, what was set aside and comes back, sequences, statistics.
 * Each part asks the ledger what is left to do, so that the step may be broken off anywhere and run again.
 */
import { analyzeTables } from "../finish/analyze.ts";
import type { FinishOutcome } from "../finish/finish.ts";
import { type FinishInput, Finishing } from "../finish/finishing.ts";
import { handleOrphans } from "../finish/orphans.ts";
import { identityColumns, setSequences } from "../finish/sequences.ts";
import { inSession, type Session } from "../finish/sessions.ts";
import { readSettled } from "../finish/settled.ts";
import type { OriginalOf } from "../finish/source-key.ts";
import { referencesOf, validate } from "../finish/validate.ts";
import { mergeTables } from "./merge.ts";
import { forgetKeys, rebuildIndexes, returnKeys, returnTriggers } from "./return.ts";
import { type Kind, type Piece, piecesOf } from "./scaffolding.ts";
import { fillSearchColumns } from "./search.ts";
import { noteStaleViews } from "./stale-views.ts";

/** Objects besides those that are listed one by one: the parts of the step that are a single act. */
const ACTS = 4;

/** @throws LandbridgeError ORPHANS (policy `fail`), TARGET_LOCKED; the signal's reason; what the server cannot help */
export const finishExisting = async (
  input: FinishInput & { readonly originalOf: OriginalOf },
): Promise<FinishOutcome> => {
  const { plan, run } = input;
  const references = referencesOf(plan.tables);
  const total = ACTS + references.length + identityColumns(plan.tables).length + plan.tables.length;
  const finishing = new Finishing(input, total);
  const merged = await mergeTables(finishing, input.originalOf);
  finishing.advance("rows");

  await rebuildIndexes(finishing, await left(finishing, "index"));
  finishing.advance("indexes");
  await returnKeys(finishing, await left(finishing, "foreign key"));
  const violated = await validate(finishing, references);
  await handleOrphans(finishing, references, violated, input.originalOf);
  await forgetKeys(finishing, await left(finishing, "foreign key"));
  finishing.advance("foreign keys", references.length);

  await fillSearchColumns(finishing, await left(finishing, "search"));
  finishing.advance("search columns");
  await returnTriggers(finishing, await left(finishing, "trigger"));
  finishing.advance("triggers");
  await setSequences(finishing);
  await analyzeTables(finishing);

  return inSession(finishing, {}, async (session) => {
    await noteStaleViews(session, finishing);
    const settled = await session.use("the ledger", (client) => readSettled(client, run));
    return {
      findings: [...finishing.findings, ...merged, ...settled.findings],
      leftOut: finishing.leftOut,
      quarantined: settled.quarantined,
      cleaned: settled.cleaned,
    };
  });
};

/** What of one kind is still to be put back. */
const left = <K extends Kind>(finishing: Finishing, kind: K): Promise<Piece<K>[]> =>
  inSession(finishing, {}, (session: Session) =>
    session.use("the ledger", (client) => piecesOf(client, finishing.plan.schema, kind)),
  );
