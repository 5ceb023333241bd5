/** Keys on both sides: those that the application has become the plan's, those that only the source has are told. */
import type { PlanColumn, PlanForeignKey, PlanKey, PlanTable } from "../plan/model.ts";
import type { ExistingConstraint } from "./model.ts";
import type { Notes } from "./notes.ts";
import type { FoundTable } from "./read.ts";

export type Keys = Pick<PlanTable, "primaryKey" | "uniques" | "checks" | "indexes" | "foreignKeys">;

/** The application's constraints as the plan's own. @param planned target names of the tables that rows go into */
export const keysOf = (there: FoundTable, schema: string, planned: ReadonlySet<string>): Keys => {
  const named = (kind: ExistingConstraint["kind"]) => there.constraints.filter((one) => one.kind === kind);
  return {
    primaryKey: named("primary key").map(keyOf)[0] ?? null,
    uniques: named("unique").map(keyOf),
    checks: named("check").map(({ name, definition }) => ({ name, expression: definition, source: definition })),
    indexes: [],
    foreignKeys: named("foreign key").flatMap((key) => foreignKey(key, schema, planned)),
  };
};

const keyOf = ({ name, columns }: ExistingConstraint): PlanKey => ({ name, columns });

/** One that was not valid before is left as it is; one to a table that gets no rows here is put back, but proven by itself. */
const foreignKey = (
  { name, columns, reference, definition, validated }: ExistingConstraint,
  schema: string,
  planned: ReadonlySet<string>,
): PlanForeignKey[] => {
  if (!validated || reference === null || reference.schema !== schema || !planned.has(reference.table)) return [];
  const { table, columns: parentColumns, onUpdate, onDelete, deferred } = reference;
  return [{ name, columns, parent: table, parentColumns, onUpdate, onDelete, deferred, definition }];
};

/** Tells what the source guards and the application does not. @param nameOf what a planned table is called there */
export const noteMissingKeys = (
  base: PlanTable,
  there: FoundTable,
  columns: readonly PlanColumn[],
  nameOf: (planned: string) => string | undefined,
  notes: Notes,
): void => {
  const renamed = new Map(
    base.columns.map(({ source, target }) => [target, columns.find((one) => one.source === source)?.target]),
  );
  const here = (names: readonly string[]) => names.map((name) => renamed.get(name) ?? name);
  const missing = (what: string): void =>
    notes.add(
      "CONSTRAINT_NOT_THERE",
      "warning",
      base.source,
      `the source has ${what}, ${there.name} has not`,
      "Add it in the application's migrations if it is meant to hold.",
    );
  const isUnique = (names: readonly string[]): boolean =>
    there.constraints.some(
      ({ kind, columns: own }) => (kind === "primary key" || kind === "unique") && sameSet(own, names),
    ) || there.indexes.some(({ unique, definition }) => unique && definition.endsWith(`(${names.join(", ")})`));
  if (base.primaryKey !== null && !isUnique(here(base.primaryKey.columns)))
    missing(`the primary key (${here(base.primaryKey.columns).join(", ")})`);
  for (const { columns: key } of base.uniques)
    if (!isUnique(here(key))) missing(`the unique key (${here(key).join(", ")})`);
  for (const { columns: key, parent } of base.foreignKeys) {
    const held = there.constraints.some(
      ({ kind, columns: own, reference }) =>
        kind === "foreign key" && sameSet(own, here(key)) && reference?.table === (nameOf(parent) ?? parent),
    );
    if (!held) missing(`the foreign key (${here(key).join(", ")}) to ${parent}`);
  }
};

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name));
