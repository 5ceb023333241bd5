/**
 * Rows that point to a parent that is not there: SQLite checks foreign keys only when asked. By the user's word
 * they stay (the key stays NOT VALID), move to landbridge.rejects, lose the reference, or end the run.
 */
import type { Client } from "pg";
import { LandbridgeError } from "../errors.ts";
import type { Statement } from "../plan/ddl/ddl.ts";
import { addForeignKey } from "../plan/ddl/finish.ts";
import { runStatements } from "./built.ts";
import type { Finishing } from "./finishing.ts";
import { LOCK_ATTEMPTS, LOCK_SETTINGS, lockedOut } from "./keys.ts";
import { countOrphans, type OrphanCount } from "./orphan-rows.ts";
import { settleOrphans } from "./orphan-settling.ts";
import { listExamples, whereOf } from "./rows.ts";
import { inSession } from "./sessions.ts";
import type { OriginalOf } from "./source-key.ts";
import { type Reference, validate } from "./validate.ts";

/**
 * Deals with the orphans of the violated keys by the plan's policy.
 * @throws LandbridgeError ORPHANS under the policy `fail`
 */
export const handleOrphans = async (
  finishing: Finishing,
  references: readonly Reference[],
  violated: readonly Reference[],
  originalOf: OriginalOf,
): Promise<void> => {
  if (violated.length === 0) return;
  const policy = finishing.plan.policies.orphans;
  if (policy === "fail") throw orphanError(await counted(finishing, violated));
  if (policy === "keep") return keep(finishing, violated, new Map());
  const reasons = await settleOrphans(finishing, references, violated, policy, originalOf);
  // Keys that were taken away for the while are NOT VALID again, so that all are asked once more.
  const left = await validate(finishing, references);
  await keep(finishing, left, reasons);
};

interface Orphans extends OrphanCount, Reference {
  /** Rows of the parent that did not cross: these orphans may be theirs. */
  readonly rejectedParents: number;
}

const counted = (finishing: Finishing, references: readonly Reference[]): Promise<Orphans[]> =>
  inSession(finishing, {}, async (session) => {
    const counts: Orphans[] = [];
    for (const reference of references) {
      const { source } = finishing.table(reference.key.parent);
      const count = await session.use(reference.key.name, async (client) => ({
        ...(await countOrphans(client, finishing.schema, reference)),
        rejectedParents: await rejectedRows(client, finishing, source),
      }));
      counts.push({ ...reference, ...count });
    }
    return counts;
  });

const rejectedRows = async (client: Client, { run }: Finishing, table: string): Promise<number> => {
  const { rows } = await client.query<{ rejected: number }>(
    "SELECT count(*)::int AS rejected FROM landbridge.rejects WHERE plan_hash = $1 AND source_table = $2",
    [run.planHash, table],
  );
  return rows[0]!.rejected;
};

const keep = async (
  finishing: Finishing,
  references: readonly Reference[],
  reasons: ReadonlyMap<string, string>,
): Promise<void> => {
  for (const { child, key, count, examples, rejectedParents } of await counted(finishing, references)) {
    const parent = finishing.table(key.parent).source;
    const reason = reasons.get(key.name);
    const kept = child.partitioning === null || (await keptNotValid(finishing, { child, key }));
    finishing.leaveOut(key.name, {
      code: "FK_ORPHANS",
      severity: "warning",
      where: whereOf(child, key.columns),
      message:
        `${count} rows point to a row of ${parent} that is not there: ${listExamples(examples, count)}. ` +
        (rejectedParents === 0 ? "" : `${rejectedParents} rows of ${parent} are in landbridge.rejects. `) +
        `Foreign key ${key.name} ` +
        (kept
          ? "is kept NOT VALID: new rows are checked"
          : "is left out: a partitioned table keeps none NOT VALID below PostgreSQL 18") +
        (reason === undefined ? "" : `; ${reason}`),
      remedy:
        `${rejectedParents === 0 ? "Mend the rows" : "Settle the rejected rows first"}, then ${kept ? "ALTER TABLE … VALIDATE CONSTRAINT" : "add the key by hand"}; ` +
        "or run again with orphans: quarantine or null in landbridge.yaml.",
      count,
    });
  }
};

/** A partitioned table takes a foreign key that some rows violate from PostgreSQL 18 on. */
const keptNotValid = (finishing: Finishing, { child, key }: Reference): Promise<boolean> =>
  inSession(finishing, LOCK_SETTINGS, async (session) => {
    const sql = addForeignKey(child, finishing.schema, key);
    const statement: Statement = { kind: "foreign key", object: key.name, table: child.target, sql };
    return (await runStatements(session, finishing.schema, [statement], LOCK_ATTEMPTS).catch(lockedOut)).length === 0;
  });

const orphanError = (counts: readonly Orphans[]): LandbridgeError =>
  new LandbridgeError({
    code: "ORPHANS",
    message: `Rows point to parents that are not there: ${counts
      .map(
        ({ child, key, count, examples }) =>
          `${whereOf(child, key.columns)}: ${count} (${listExamples(examples, count)})`,
      )
      .join("; ")}`,
    remedy: "Mend the rows in the source, or choose orphans: keep, quarantine or null in landbridge.yaml.",
  });
