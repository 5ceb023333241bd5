/** What a trigger does that PostgreSQL's would do otherwise, whatever its statements say. */
import { fold } from "../../source/fold.ts";
import type { PlanColumn } from "../model.ts";
import type { Trigger } from "./ast.ts";
import type { Firing } from "./firing.ts";
import { contents, hidesRow, readable, rowColumns, type Write, writesOf } from "./references.ts";
import { type Known, type KnownTable, ROWIDS, type TriggerScope } from "./scope.ts";

/** Plain reasons; none where the trigger may keep its place. */
export const obstaclesOf = (scope: TriggerScope, firing: Firing): readonly string[] => {
  const { trigger, own } = scope;
  const found: string[] = [];
  if (hidesRow(contents(trigger))) found.push("a table is called NEW or OLD");
  if (trigger.timing === "INSTEAD OF" && trigger.of !== null) found.push("INSTEAD OF UPDATE OF columns");
  if (own === null) return found;
  if (trigger.timing === "BEFORE") found.push(...earlyObstacles(trigger, own, firing));
  const written = rowColumns(contents(trigger), "new");
  for (const { name, generated } of own.source.columns) {
    if (generated === null || !written.has(fold(name))) continue;
    const isPlain = own.plan.columns.some((column) => fold(column.source) === fold(name) && column.generated === null);
    if (trigger.timing === "BEFORE") found.push(`NEW.${name} is generated, which PostgreSQL does behind the trigger`);
    else if (isPlain) found.push(`NEW.${name} is generated in SQLite, but a plain column in PostgreSQL`);
  }
  return found;
};

const earlyObstacles = (trigger: Trigger, { source }: KnownTable, firing: Firing): readonly string[] => {
  const found: string[] = [];
  const own = fold(source.name);
  const itself = readable(trigger).flatMap(writesOf);
  if (itself.some(({ table }) => table === own))
    found.push("it changes its own table before the row is there, which SQLite does not define");
  else if (firing.effectsOf(trigger).writes.some(({ table, event }) => table === own && event !== "INSERT"))
    found.push(`what it sets off changes ${source.name} again, which PostgreSQL refuses before the row is changed`);
  const ids: readonly string[] = source.rowidAlias === null ? ROWIDS : [...ROWIDS, fold(source.rowidAlias)];
  const read = rowColumns(contents(trigger), "new");
  if (trigger.event === "INSERT" && ids.some((name) => read.has(name)))
    found.push("it reads the id before the row has one, which is -1 in SQLite");
  return found;
};

/**
 * Whether the trigger settles what a foreign key of its table would refuse: it clears away or moves the children of the row, or makes
 * its parent. SQLite checks a key when all triggers are through, PostgreSQL by a trigger of its own, in the order of the names.
 */
export const settlesKey = ({ trigger, own, known }: TriggerScope, firing: Firing): boolean => {
  if (own === null || trigger.timing !== "AFTER") return false;
  const { writes } = firing.effectsOf(trigger);
  const parents = own.plan.foreignKeys.filter(({ deferred }) => !deferred).map(({ parent }) => parent);
  const makesParent = writes.some(
    ({ table, event }) => event === "INSERT" && parents.includes(known.tables.get(table)?.plan.target ?? ""),
  );
  if (trigger.event === "INSERT") return makesParent;
  const meets = writes.some((write) => meetsKey(write, trigger, own, known));
  return meets || (trigger.event === "UPDATE" && makesParent);
};

/** Whether the write touches rows that refer to this table by a key that only checks what this event does to it. */
const meetsKey = ({ table, event, columns }: Write, trigger: Trigger, own: KnownTable, { tables }: Known): boolean =>
  [...tables.values()].some(({ source, plan }) =>
    plan.foreignKeys.some((key) => {
      if (fold(source.name) !== table || key.parent !== own.plan.target || key.deferred) return false;
      if ((trigger.event === "DELETE" ? key.onDelete : key.onUpdate) !== "NO ACTION") return false;
      const isKey = (column: PlanColumn): boolean => key.columns.includes(column.target);
      return event === "DELETE" || plan.columns.some((column) => isKey(column) && columns?.has(fold(column.source)));
    }),
  );
