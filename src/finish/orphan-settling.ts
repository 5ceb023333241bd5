/**
 * Quarantine and null: orphans leave their tables or lose their references, and again whatever becomes an orphan by that,
 * in one transaction. The foreign keys onto the changed tables are taken away meanwhile: their ON DELETE and ON UPDATE
 * actions would change rows that nobody lists.
 */
import type { Client } from "pg";
import { messageOf } from "../errors.ts";
import { addForeignKey } from "../plan/ddl/finish.ts";
import { qualified, quoteIdentifier } from "../target/quote.ts";
import { assertOurs } from "../target/runs.ts";
import { isRefusal } from "../target/sqlstate.ts";
import { readBuilt } from "./built.ts";
import type { Finishing } from "./finishing.ts";
import { LOCK_SETTINGS, lockedOut } from "./keys.ts";
import { nullableColumns } from "./orphan-rows.ts";
import { settleReference } from "./orphan-settling-rows.ts";
import { inSession } from "./sessions.ts";
import { keyColumnsOf, type OriginalOf } from "./source-key.ts";
import type { Reference } from "./validate.ts";

export type SettlingPolicy = "quarantine" | "null";

/**
 * `references` are all planned foreign keys; `violated` some of these very objects.
 * @returns for each key that keeps orphans of its own, why (by the key's name)
 * @throws whatever ends the step; then nothing has changed
 */
export const settleOrphans = async (
  finishing: Finishing,
  references: readonly Reference[],
  violated: readonly Reference[],
  policy: SettlingPolicy,
  originalOf: OriginalOf,
): Promise<ReadonlyMap<string, string>> => {
  const reasons = new Map<string, string>();
  const aside = new Set<Reference>();
  for (const reference of references) {
    const reason = hindrance(reference, policy);
    if (reason === null) continue;
    reasons.set(reference.key.name, reason);
    aside.add(reference);
  }
  await inSession(finishing, LOCK_SETTINGS, async (session) => {
    // A key whose rows the server does not let us change is set aside and everything begins again: a savepoint is no
    // way out, because rows written inside one carry a transaction id that the ledger does not know.
    for (let settled = false; !settled; ) {
      settled = await session
        .use(
          "orphans",
          (client) => settleOnce(client, finishing, { violated, references, policy, originalOf, reasons, aside }),
          25,
        )
        .catch(lockedOut);
    }
  });
  return reasons;
};

const hindrance = ({ child, key }: Reference, policy: SettlingPolicy): string | null => {
  if (keyColumnsOf(child) === null) return `rows of ${child.source} cannot be found again in the snapshot by a key`;
  if (policy === "null" && nullableColumns(child, key.columns).length === 0) return "its columns may not be NULL";
  return null;
};

interface Settling {
  readonly violated: readonly Reference[];
  /** All planned foreign keys. */
  readonly references: readonly Reference[];
  readonly policy: SettlingPolicy;
  readonly originalOf: OriginalOf;
  readonly reasons: Map<string, string>;
  /** Keys whose orphans stay as they are. */
  readonly aside: Set<Reference>;
}

/** One attempt; false when a key had to be set aside. */
const settleOnce = async (client: Client, finishing: Finishing, settling: Settling): Promise<boolean> => {
  let current: Reference | null = null;
  try {
    await client.query("BEGIN");
    await assertOurs(client, finishing.run);
    const { schema } = finishing;
    const built = await readBuilt(client, schema);
    const isBuilt = ({ child, key }: Reference): boolean =>
      built.has({ kind: "foreign key", table: child.target, object: key.name });
    const there = settling.references.filter(isBuilt);
    // Those of partitioned tables are made behind this, and must find no orphans either.
    const toMake = settling.references.filter(
      (reference) =>
        reference.child.partitioning !== null && !isBuilt(reference) && !finishing.leftOut.includes(reference.key.name),
    );
    const away = ontoChanged(there, settling.violated);
    for (const reference of away) await client.query(dropKey(schema, reference));
    let open: readonly Reference[] = settling.violated;
    while (open.length > 0) {
      const changed = new Set<string>();
      for (current of open) {
        if (settling.aside.has(current)) continue;
        finishing.signal.throwIfAborted();
        if ((await settleReference(client, finishing, current, settling)) > 0) changed.add(current.child.target);
      }
      current = null;
      open = [...there, ...toMake].filter(({ key }) => changed.has(key.parent));
    }
    // A partitioned table takes its keys checked: `validate` makes them again.
    for (const { child, key } of away)
      if (child.partitioning === null) await client.query(addForeignKey(child, schema, key));
    await client.query("COMMIT");
    return true;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    if (current === null || !isRefusal(error)) throw error;
    settling.aside.add(current);
    settling.reasons.set(current.key.name, `its rows cannot be changed: ${messageOf(error)}`);
    return false;
  }
};

const dropKey = (schema: string, { child, key }: Reference): string =>
  `ALTER TABLE ${qualified(schema, child.target)} DROP CONSTRAINT ${quoteIdentifier(key.name)}`;

/** Foreign keys onto the tables that may change: those with orphans, and those below them. */
const ontoChanged = (there: readonly Reference[], violated: readonly Reference[]): Reference[] => {
  const changing = new Set(violated.map(({ child }) => child.target));
  for (let size = -1; size !== changing.size; ) {
    size = changing.size;
    for (const { child, key } of there) if (changing.has(key.parent)) changing.add(child.target);
  }
  return there.filter(({ key }) => changing.has(key.parent));
};
