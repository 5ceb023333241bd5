/**
 * What stands in the target for a new plan: nothing, the same load finished or half done, or an older one whose place is to be
 * taken. Reading only; nothing here changes the target.
 */
import type { Client } from "pg";
import { refusal } from "../errors.ts";
import type { Plan } from "../plan/model.ts";
import { describeForeignWrites, findForeignWrites, tablesIn } from "./foreign-writes.ts";
import { ledgerExists } from "./ledger.ts";
import {
  ALONE,
  type Claimant,
  hasItsTables,
  isFinished,
  isNeighbour,
  refuseOtherMaker,
  SERVING,
} from "./neighbours.ts";
import { currentRuns, dropSupersededRun, type LedgerRun, readStoredPlan } from "./runs.ts";

/** `stale`: runs of this schema that have nothing left to finish; `clearStale` forgets them before the new run begins. */
export type Standing = { readonly stale: readonly LedgerRun[] } & (
  | { readonly kind: "fresh" }
  | { readonly kind: "finished"; readonly run: LedgerRun }
  /** `replaces`: the older load whose place the unfinished one is to take. */
  | { readonly kind: "unfinished"; readonly run: LedgerRun; readonly replaces?: LedgerRun }
  | { readonly kind: "replace"; readonly run: LedgerRun }
);

/**
 * Loads of other files that stay beside this one are none of its business: neither resumed nor replaced nor looked into.
 * @param planHash of the plan that is to be loaded into `plan.schema`
 * @throws LandbridgeError (refused) TARGET_WRITTEN_SINCE when anybody else has written to what would be resumed or replaced;
 *   TARGET_HOLDS_ANOTHER_SOURCE where several loads would have to go for this one
 */
export const assess = async (
  client: Client,
  plan: Plan,
  planHash: string,
  claimant: Claimant = ALONE,
): Promise<Standing> => {
  if (!(await ledgerExists(client))) return { kind: "fresh", stale: [] };
  const runs = await currentRuns(client, plan.schema);
  const met = runs.filter((run) => !isNeighbour(run, runs, planHash, claimant));
  const { alive, stale } = await sorted(client, met);
  refuseSeveral(alive, claimant);
  const settled = alive.find(({ loadSchema, schema }) => loadSchema === schema);
  const beside = alive.filter(({ loadSchema, schema }) => loadSchema !== schema);

  if (settled !== undefined) refuseOtherMaker(settled, await readStoredPlan(client, settled.id), plan);
  const same = settled?.planHash === planHash ? settled : undefined;
  if (same !== undefined) {
    const abandoned = [...stale, ...beside];
    if (isFinished(same)) {
      await refuseIfIncomplete(client, same, plan);
      return { kind: "finished", run: same, stale: abandoned };
    }
    await refuseIfWritten(client, same);
    return { kind: "unfinished", run: same, stale: abandoned };
  }

  if (settled !== undefined) await refuseIfWritten(client, settled);
  const half = beside.find((run) => run.planHash === planHash);
  const abandoned = [...stale, ...beside.filter((run) => run !== half)];
  if (half !== undefined) {
    await refuseIfWritten(client, half);
    return { kind: "unfinished", run: half, ...(settled === undefined ? {} : { replaces: settled }), stale: abandoned };
  }
  if (settled !== undefined) return { kind: "replace", run: settled, stale: abandoned };
  return { kind: "fresh", stale: abandoned };
};

/** Forgets the stale runs that an assessment found, and what they had loaded beside the schema. */
export const clearStale = async (client: Client, { stale }: Standing): Promise<void> => {
  for (const run of stale) await dropSupersededRun(client, run);
};

/** One load may take another one's place; two of them are somebody's way to have both. */
const refuseSeveral = (alive: readonly LedgerRun[], { sourceName }: Claimant): void => {
  const [first, second] = [
    ...new Set(alive.filter(({ loadSchema, schema }) => loadSchema === schema).map((run) => run.sourceName)),
  ];
  if (first === undefined || second === undefined || first === sourceName) return;
  throw refusal({
    code: "TARGET_HOLDS_ANOTHER_SOURCE",
    message: `Schema "${alive[0]!.schema}" holds the loads of ${first} and ${second}, not of ${sourceName}.`,
    remedy: `Name all of them under \`sources\` in landbridge.yaml to have ${sourceName} beside them, or load it into a schema of its own with --schema NAME.`,
  });
};

/** A run of which no table is left has nothing to resume or to protect. */
const sorted = async (
  client: Client,
  runs: readonly LedgerRun[],
): Promise<{ alive: LedgerRun[]; stale: LedgerRun[] }> => {
  const alive: LedgerRun[] = [];
  const stale: LedgerRun[] = [];
  for (const run of runs) {
    const taken = alive.some(
      ({ loadSchema, sourceName }) => loadSchema === run.loadSchema && sourceName === run.sourceName,
    );
    const stands = !taken && (await hasItsTables(client, run, await readStoredPlan(client, run.id)));
    (stands ? alive : stale).push(run);
  }
  return { alive, stale };
};

const refuseIfIncomplete = async (client: Client, run: LedgerRun, plan: Plan): Promise<void> => {
  const there = await tablesIn(client, run.loadSchema);
  const gone = plan.tables.filter(({ target }) => !there.has(target)).map(({ target }) => target);
  if (gone.length > 0) throw writtenSince(run, `tables are gone: ${gone.slice(0, 5).join(", ")}`);
};

const refuseIfWritten = async (client: Client, run: LedgerRun): Promise<void> => {
  if (SERVING.includes(run.phase))
    throw writtenSince(run, `it has been in phase ${run.phase}, serving, since it was loaded`);
  const changed = await findForeignWrites(client, await readStoredPlan(client, run.id), run);
  if (changed.length > 0) throw writtenSince(run, describeForeignWrites(changed));
};

/** Also thrown by takePlace, which looks once more under a lock. */
export const writtenSince = (run: LedgerRun, evidence: string) =>
  refusal({
    code: "TARGET_WRITTEN_SINCE",
    message: `Somebody else has written to schema "${run.schema}" since run ${run.id} loaded it, so no load touches it: ${evidence}.`,
    remedy: "Load into another schema with --schema, or drop these tables yourself if their content is not wanted.",
  });
