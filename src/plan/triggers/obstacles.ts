/** What a trigger does that PostgreSQL's would do otherwise, whatever its statements say. */
import { fold } from "../../source/fold.ts";
import type { PlanColumn } from "../model.ts";
import type { Timing, Trigger } from "./ast.ts";
import type { Firing } from "./firing.ts";
import { contents, hidesRow, raises, readable, rowColumns, type Write, writesOf } from "./references.ts";
import { type KnownTable, ROWIDS, type TriggerScope } from "./scope.ts";

/** Plain reasons; none where the trigger may keep its place. */
export const obstaclesOf = (scope: TriggerScope): readonly string[] => {
  const { trigger, own } = scope;
  const found: string[] = [];
  if (hidesRow(contents(trigger))) found.push("a table is called NEW or OLD");
  if (trigger.timing === "INSTEAD OF" && trigger.of !== null) found.push("INSTEAD OF UPDATE OF columns");
  if (own === null) return found;
  if (trigger.timing === "BEFORE") found.push(...earlyObstacles(trigger, own));
  const written = rowColumns(contents(trigger), "new");
  for (const { name, generated } of own.source.columns) {
    if (generated === null || !written.has(fold(name))) continue;
    const isPlain = own.plan.columns.some((column) => fold(column.source) === fold(name) && column.generated === null);
    if (trigger.timing === "BEFORE") found.push(`NEW.${name} is generated, which PostgreSQL does behind the trigger`);
    else if (isPlain) found.push(`NEW.${name} is generated in SQLite, but a plain column in PostgreSQL`);
  }
  return [...found, ...checkedFirst(scope)];
};

const earlyObstacles = (trigger: Trigger, { source }: KnownTable): readonly string[] => {
  const found: string[] = [];
  const own = fold(source.name);
  if (
    readable(trigger)
      .flatMap(writesOf)
      .some(({ table }) => table === own)
  )
    found.push("it changes its own table before the row is there, which SQLite does not define");
  const ids: readonly string[] = source.rowidAlias === null ? ROWIDS : [...ROWIDS, fold(source.rowidAlias)];
  const read = rowColumns(contents(trigger), "new");
  if (trigger.event === "INSERT" && ids.some((name) => read.has(name)))
    found.push("it reads the id before the row has one, which is -1 in SQLite");
  return found;
};

/**
 * PostgreSQL checks a foreign key as soon as the statement is through with its rows, ahead of triggers whose names come later;
 * SQLite checks it when all triggers are through.
 */
const checkedFirst = (scope: TriggerScope): readonly string[] => {
  const { trigger, own, known } = scope;
  if (own === null || trigger.timing !== "AFTER" || trigger.event === "DELETE") return [];
  const writes = readable(trigger).flatMap(writesOf);
  const parents = own.plan.foreignKeys.filter(({ deferred }) => !deferred).map(({ parent }) => parent);
  const mends = writes.some(
    ({ table, event }) => event === "INSERT" && parents.includes(known.tables.get(table)?.plan.target ?? ""),
  );
  const follows =
    trigger.event === "UPDATE" &&
    writes.some((write) => meetsKey(write, scope) && (write.event === "UPDATE" || movesKey(trigger, own)));
  return mends || follows
    ? ["PostgreSQL checks the foreign key between the two tables before such a trigger runs"]
    : [];
};

/** Whether the trigger waits for changes of the primary key by name. */
const movesKey = ({ of }: Trigger, { source }: KnownTable): boolean =>
  of?.some((name) => source.primaryKey.some((column) => fold(column) === fold(name))) ?? false;

/** Whether the write touches rows that refer to this table by a key that only checks what this event does to it. */
const meetsKey = ({ table, event, columns }: Write, { own, known, trigger }: TriggerScope): boolean =>
  [...known.tables.values()].some(({ source, plan }) =>
    plan.foreignKeys.some((key) => {
      if (fold(source.name) !== table || key.parent !== own?.plan.target || key.deferred) return false;
      if ((trigger.event === "DELETE" ? key.onDelete : key.onUpdate) !== "NO ACTION") return false;
      const isKey = (column: PlanColumn): boolean => key.columns.includes(column.target);
      return event === "DELETE" || plan.columns.some((column) => isKey(column) && columns?.has(fold(column.source)));
    }),
  );

/**
 * When the trigger runs in PostgreSQL. One that clears away the children of a deleted row has to do so before, because the
 * foreign key between them would refuse the deletion first. A text where neither is the same.
 */
export const timingOf = (scope: TriggerScope, firing: Firing): { timing: Timing } | { reason: string } => {
  const { trigger, own } = scope;
  const { timing, event } = trigger;
  if (own === null || timing !== "AFTER" || event !== "DELETE") return { timing };
  if (
    !readable(trigger)
      .flatMap(writesOf)
      .some((write) => meetsKey(write, scope))
  )
    return { timing };
  if (firing.effectsOf(trigger).touched.has(fold(own.source.name)))
    return {
      reason:
        "PostgreSQL checks the foreign key before the trigger runs, and before the deletion it would find the row itself",
    };
  if (firing.besides(trigger).some((other) => raises(contents(other), "IGNORE")))
    return { reason: "another trigger may leave the row alone with RAISE(IGNORE) when this one has run" };
  return { timing: "BEFORE" };
};
