/** Finish, third part: foreign keys are checked against the rows, in parallel, one session for each referencing table. */
import { messageOf } from "../errors.ts";
import type { Statement } from "../plan/ddl/ddl.ts";
import { addCheckedForeignKey, validateForeignKey } from "../plan/ddl/finish.ts";
import type { PlanForeignKey, PlanTable } from "../plan/model.ts";
import { sqlState } from "../target/sqlstate.ts";
import { builtNow, runStatements } from "./built.ts";
import type { Finishing } from "./finishing.ts";
import { LOCK_ATTEMPTS, LOCK_SETTINGS, lockedOut } from "./keys.ts";
import { whereOf } from "./rows.ts";
import { inSession, overSessions, type Session } from "./sessions.ts";

/** One foreign key with the table that has it. */
export interface Reference {
  readonly child: PlanTable;
  readonly key: PlanForeignKey;
}

/** Every planned foreign key, in the plan's order. */
export const referencesOf = (tables: readonly PlanTable[]): Reference[] =>
  tables.flatMap((child) => child.foreignKeys.map((key) => ({ child, key })));

/** `isThere`: false for a key of a partitioned table, which is made and checked in one go. */
const validation = (schema: string, { child, key }: Reference, isThere = true): Statement => ({
  kind: "validate",
  object: key.name,
  table: child.target,
  sql: isThere ? validateForeignKey(child, schema, key) : addCheckedForeignKey(child, schema, key),
});

/**
 * Validates those of the references that are there and not yet valid. Gives the ones that rows violate (23503); any other
 * refusal leaves the key NOT VALID with a finding.
 */
export const validate = async (finishing: Finishing, references: readonly Reference[]): Promise<Reference[]> => {
  const { schema } = finishing;
  const built = await builtNow(finishing);
  const isThere = ({ child, key }: Reference): boolean =>
    built.has({ kind: "foreign key", table: child.target, object: key.name });
  const open = references.filter(
    (reference) =>
      (isThere(reference) || reference.child.partitioning !== null) &&
      !built.has({ kind: "validate", table: reference.child.target, object: reference.key.name }),
  );
  const violated: Reference[] = [];
  const check = async (session: Session, reference: Reference, attempts?: number): Promise<void> => {
    const [refused] = await runStatements(
      session,
      schema,
      [validation(schema, reference, isThere(reference))],
      attempts,
    );
    if (refused !== undefined && sqlState(refused.error) === "23503") violated.push(reference);
    else if (refused !== undefined) notValidated(finishing, reference, refused.error, isThere(reference));
  };
  // What is still to be made locks both its tables, and two such sessions may wait for each other: one after the other.
  const toMake = open.filter((reference) => !isThere(reference));
  await inSession(finishing, LOCK_SETTINGS, async (session) => {
    for (const reference of toMake) await check(session, reference, LOCK_ATTEMPTS).catch(lockedOut);
  });
  await overSessions(finishing, {}, byTable(open.filter(isThere)), async (session, ofTable) => {
    for (const reference of ofTable) await check(session, reference);
  });
  // In the order of the plan, whichever session was faster.
  return references.filter((reference) => violated.includes(reference));
};

const byTable = (references: readonly Reference[]): Reference[][] => [
  ...Map.groupBy(references, ({ child }) => child).values(),
];

const notValidated = (finishing: Finishing, { child, key }: Reference, error: unknown, isThere: boolean): void =>
  finishing.leaveOut(key.name, {
    code: isThere ? "FK_NOT_VALIDATED" : "FK_NOT_CREATABLE",
    severity: "error",
    where: whereOf(child, key.columns),
    message: `foreign key ${key.name} ${isThere ? "is there but not valid" : "is left out"}: ${messageOf(error)}`,
    remedy: isThere
      ? "ALTER TABLE … VALIDATE CONSTRAINT once the cause is gone."
      : "Add the key by hand once the cause is gone (see the other findings).",
    count: 1,
  });
