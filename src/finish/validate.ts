/** Finish, third part: foreign keys are checked against the rows, in parallel, one session for each referencing table. */
import { messageOf } from "../errors.ts";
import type { Statement } from "../plan/ddl.ts";
import { validateForeignKey } from "../plan/ddl-finish.ts";
import type { PlanForeignKey, PlanTable } from "../plan/model.ts";
import { sqlState } from "../target/sqlstate.ts";
import { builtNow, runStatements } from "./built.ts";
import type { Finishing } from "./finishing.ts";
import { whereOf } from "./rows.ts";
import { overSessions } from "./sessions.ts";

/** One foreign key with the table that has it. */
export interface Reference {
  readonly child: PlanTable;
  readonly key: PlanForeignKey;
}

/** Every planned foreign key, in the plan's order. */
export const referencesOf = (tables: readonly PlanTable[]): Reference[] =>
  tables.flatMap((child) => child.foreignKeys.map((key) => ({ child, key })));

export const validation = (schema: string, { child, key }: Reference): Statement => ({
  kind: "validate",
  object: key.name,
  table: child.target,
  sql: validateForeignKey(child, schema, key),
});

/**
 * Validates those of the references that are there and not yet valid. Gives the ones that rows violate (23503); any other
 * refusal leaves the key NOT VALID with a finding.
 */
export const validate = async (finishing: Finishing, references: readonly Reference[]): Promise<Reference[]> => {
  const { schema } = finishing;
  const built = await builtNow(finishing);
  const open = references.filter(
    ({ child, key }) =>
      built.has({ kind: "foreign key", table: child.target, object: key.name }) &&
      !built.has({ kind: "validate", table: child.target, object: key.name }),
  );
  const violated: Reference[] = [];
  await overSessions(finishing, {}, byTable(open), async (session, ofTable) => {
    for (const reference of ofTable) {
      const [refused] = await runStatements(session, schema, [validation(schema, reference)]);
      if (refused !== undefined && sqlState(refused.error) === "23503") violated.push(reference);
      else if (refused !== undefined) notValidated(finishing, reference, refused.error);
    }
  });
  // In the order of the plan, whichever session was faster.
  return references.filter((reference) => violated.includes(reference));
};

const byTable = (references: readonly Reference[]): Reference[][] => [
  ...Map.groupBy(references, ({ child }) => child).values(),
];

const notValidated = (finishing: Finishing, { child, key }: Reference, error: unknown): void =>
  finishing.leaveOut(key.name, {
    code: "FK_NOT_VALIDATED",
    severity: "error",
    where: whereOf(child, key.columns),
    message: `foreign key ${key.name} is there but not valid: ${messageOf(error)}`,
    remedy: "ALTER TABLE … VALIDATE CONSTRAINT once the cause is gone.",
    count: 1,
  });
