/** The loads of other files in the schema: which of them stay, and whether this one may stand beside them. Reading only. */
import type { Client } from "pg";
import { refusal } from "../errors.ts";
import { collision } from "../plan/collisions.ts";
import type { Plan } from "../plan/model.ts";
import { tablesIn } from "./foreign-writes.ts";
import { ledgerExists } from "./ledger.ts";
import { currentRuns, type LedgerRun, readStoredPlan } from "./runs.ts";

/** Whose load it is, by its file's name, and the names of the files that may stand beside it. */
export interface Claimant {
  readonly sourceName: string;
  readonly beside: readonly string[];
}

/** Whatever stands there is in its way. */
export const ALONE: Claimant = { sourceName: "", beside: [] };

/**
 * Whether a run of another file is none of this load's business: the user names both files for this schema, or both stand there
 * already. The same plan under another file's name is this very load, of a file that was renamed.
 */
export const isNeighbour = (
  run: LedgerRun,
  runs: readonly LedgerRun[],
  planHash: string,
  { sourceName, beside }: Claimant,
): boolean => {
  if (run.sourceName === sourceName) return false;
  if (beside.includes(run.sourceName)) return true;
  const stands = (name: string): boolean =>
    runs.some((each) => each.sourceName === name && each.loadSchema === each.schema);
  return run.planHash !== planHash && stands(sourceName) && stands(run.sourceName);
};

/**
 * @throws LandbridgeError (refused) SOURCES_COLLIDE, TARGET_OTHER_MAKER; NEIGHBOUR_UNFINISHED where both go into an application's tables
 */
export const checkNeighbours = async (
  client: Client,
  plan: Plan,
  planHash: string,
  claimant: Claimant,
): Promise<void> => {
  if (!(await ledgerExists(client))) return;
  const runs = await currentRuns(client, plan.schema);
  for (const run of runs) {
    if (!isNeighbour(run, runs, planHash, claimant)) continue;
    const theirs = await readStoredPlan(client, run.id);
    if (!(await hasItsTables(client, run, theirs))) continue;
    refuseOtherMaker(run, theirs, plan);
    if (plan.existing !== undefined && !isFinished(run)) throw unfinished(run);
    const clash = collision({ sourceName: run.sourceName, plan: theirs }, { sourceName: claimant.sourceName, plan });
    if (clash !== null) throw stillThere(clash, run);
  }
};

/** From these phases on the target serves, and no load touches it again. */
export const SERVING: readonly string[] = ["sync", "cutover"];

/** Its rows are all there, and proven or serving. */
export const isFinished = ({ phase }: LedgerRun): boolean => phase === "done" || SERVING.includes(phase);

/** Before its tables are made, a run has none to miss. */
export const hasItsTables = async (client: Client, run: LedgerRun, { tables }: Plan): Promise<boolean> => {
  if (run.phase === "prepare") return true;
  const there = await tablesIn(client, run.loadSchema);
  return tables.length === 0 || tables.some(({ target }) => there.has(target));
};

/** Tables that an application has made are never taken for Landbridge's own, nor the other way round. */
export const refuseOtherMaker = (run: LedgerRun, { existing }: Plan, plan: Plan): void => {
  if ((existing === undefined) === (plan.existing === undefined)) return;
  throw refusal({
    code: "TARGET_OTHER_MAKER",
    message:
      existing === undefined
        ? `Schema "${run.schema}" holds tables that Landbridge made itself (run ${run.id}), not an application's.`
        : `Schema "${run.schema}" holds an application's own tables, loaded by run ${run.id}.`,
    remedy:
      existing === undefined
        ? "Leave --into-existing out, or name the application's schema with --schema."
        : "Say --into-existing, or load into a schema of its own with --schema.",
  });
};

/** What a load sets aside of an application's tables is noted by schema: another one would put it back too early. */
const unfinished = (run: LedgerRun) =>
  refusal({
    code: "NEIGHBOUR_UNFINISHED",
    message: `The load of ${run.sourceName} into the application's tables (run ${run.id}) stopped in ${run.phase}.`,
    remedy: `Finish it first: the same command for ${run.sourceName} with --resume.`,
  });

const stillThere = ({ code, message, remedy }: { code: string; message: string; remedy: string }, run: LedgerRun) =>
  refusal({
    code,
    message: `${message} ${run.sourceName} stands there by the plan of run ${run.id}.`,
    remedy: `${remedy}\nWhere it says so already, load ${run.sourceName} again first: it has its old names until then.`,
  });
