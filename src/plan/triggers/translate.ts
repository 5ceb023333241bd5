/**
 * One trigger in PL/pgSQL: an exact equal, or the reasons why there is none, with as much of it as is understood. What can come
 * back to itself gets a guard, because SQLite does not run a trigger inside itself.
 */
import { createHash } from "node:crypto";
import { fold } from "../../source/fold.ts";
import { quoteIdentifier, quoteLiteral } from "../../target/quote.ts";
import type { PlanTrigger } from "../model.ts";
import { conditionOf } from "../translate/evaluate.ts";
import { attempt, refuse } from "../translate/untranslatable.ts";
import type { Part, Statement, Timing, Trigger } from "./ast.ts";
import { deleteSql, updateSql } from "./change.ts";
import type { Firing } from "./firing.ts";
import { insertSql } from "./insert.ts";
import { obstaclesOf, settlesKey } from "./obstacles.ts";
import { isOwnRow, ownRowLines } from "./own-row.ts";
import { indented, selectLines } from "./raise.ts";
import { contents, holdsSubquery, readable, relationsRead, writesOf } from "./references.ts";
import { type Known, plannedColumn, scopeOf, type TriggerScope, valuesOf } from "./scope.ts";
import { spellRows, unwrapped } from "./spelling.ts";

/** A trigger without its names. */
export type Shape = Pick<PlanTrigger, "timing" | "event" | "when" | "body">;

export interface Translated {
  readonly shape: Shape;
  /** Why it is no equal; empty where it is one. What is not understood stands in the body as a comment. */
  readonly reasons: readonly string[];
  /** What a person should know before taking it. */
  readonly notes: readonly string[];
  /** Its name has to come before those of PostgreSQL's own triggers, which check foreign keys. */
  readonly comesFirst: boolean;
}

/** Translates a trigger. Never throws but for defects. */
export const translateTrigger = (trigger: Trigger, known: Known, firing: Firing): Translated => {
  const notes = new Set<string>();
  const scope = attempt(() => scopeOf(trigger, known, notes));
  if (!scope.ok) return hopeless(trigger, scope.reason);
  const obstacles = obstaclesOf(scope.value, firing);
  const whole = attempt(() => ownRowLines(trigger, scope.value, firing));
  if (whole.ok && whole.value !== null && obstacles.length === 0)
    return {
      ...shaped(scope.value, { timing: "BEFORE", body: whole.value, guarded: false }),
      notes: [...notes],
      comesFirst: false,
    };
  const body = bodyOf(scope.value);
  const shape = shaped(scope.value, {
    timing: trigger.timing,
    body: body.lines,
    guarded: firing.effectsOf(trigger).triggers.has(trigger),
  });
  for (const note of lateNotes(scope.value)) notes.add(note);
  return {
    shape: shape.shape,
    reasons: [...obstacles, ...shape.reasons, ...body.reasons],
    comesFirst: settlesKey(scope.value, firing),
    notes: [...notes],
  };
};

/** For triggers on what has not crossed: nothing but the original. */
const hopeless = (trigger: Trigger, reason: string): Translated => ({
  shape: {
    timing: trigger.timing,
    event: trigger.event,
    when: null,
    body: trigger.statements.flatMap(({ sql }) => commented(sql)),
  },
  reasons: [reason],
  notes: [],
  comesFirst: false,
});

const commented = (sql: string): string[] => sql.split(/\r?\n/).map((line) => `-- ${line.trim()}`);

const bodyOf = (scope: TriggerScope): { lines: readonly string[]; reasons: readonly string[] } => {
  const reasons: string[] = [];
  const lines = scope.trigger.statements.flatMap((part) => {
    const attempted = attempt(() => statementLines(part, scope));
    if (attempted.ok) return attempted.value;
    reasons.push(attempted.reason);
    return [`-- not understood: ${attempted.reason}`, ...commented(part.sql)];
  });
  return { lines, reasons };
};

const statementLines = (part: Part<Statement>, scope: TriggerScope): readonly string[] => {
  if (!part.ok) return refuse(part.reason);
  const statement = part.value;
  switch (statement.statement) {
    case "insert":
      return [`${insertSql(statement, scope)};`];
    case "update":
      return [`${updateSql(statement, scope)};`];
    case "delete":
      return [`${deleteSql(statement, scope)};`];
    case "select":
      return selectLines(statement.select, scope, scope.trigger.timing === "AFTER" ? null : [LEAVE]);
  }
};

/** What ends the function without the row being changed. */
const LEAVE = "RETURN NULL;";

interface Draft {
  readonly timing: Timing;
  readonly body: readonly string[];
  readonly guarded: boolean;
}

const shaped = (scope: TriggerScope, { timing, body, guarded }: Draft): Pick<Translated, "shape" | "reasons"> => {
  const { trigger } = scope;
  const reasons: string[] = [];
  const event = attempt(() => eventOf(scope));
  if (!event.ok) reasons.push(event.reason);
  const condition = attempt(() => conditionIn(scope));
  if (!condition.ok) reasons.push(`WHEN: ${condition.reason}`);
  const when = condition.ok ? condition.value : null;
  const outside = when !== null && timing !== "INSTEAD OF" && !(trigger.when?.ok && holdsSubquery(trigger.when.value));
  const asked = when === null || outside ? body : [`IF ${unwrapped(when)} THEN`, ...indented(body), "END IF;"];
  const unread = condition.ok || trigger.when === null ? [] : commented(`WHEN ${trigger.when.sql}`);
  const setting = quoteLiteral(guardOf(trigger));
  const inside = guarded ? guardedBody(asked, setting) : asked;
  const guard = guarded ? [`current_setting(${setting}, true) IS DISTINCT FROM 'running'`] : [];
  const conditions = [...guard, ...(outside ? [when] : [])];
  const lines = [...unread, ...inside, returning(timing, trigger)];
  return {
    shape: {
      timing,
      event: event.ok ? event.value : trigger.event,
      when:
        conditions.length === 0
          ? null
          : spellRows(conditions.length === 1 ? unwrapped(conditions[0]!) : conditions.join(" AND ")),
      body: lines.map(spellRows),
    },
    reasons,
  };
};

const returning = (timing: Timing, { event }: Trigger): string => {
  if (timing === "AFTER") return "RETURN NULL;";
  return event === "DELETE" ? "RETURN OLD;" : "RETURN NEW;";
};

const eventOf = ({ trigger, own }: TriggerScope): string => {
  if (trigger.of === null || own === null) return trigger.event;
  const { of } = trigger;
  const columns = of.map((name) => quoteIdentifier(plannedColumn(own, name).target));
  return `UPDATE OF ${columns.join(", ")}`;
};

const conditionIn = ({ trigger, environment }: TriggerScope): string | null => {
  if (trigger.when === null) return null;
  if (!trigger.when.ok) return refuse(trigger.when.reason);
  return conditionOf(trigger.when.value, valuesOf([], null, environment).context);
};

/** A setting of the transaction that says that the trigger is running; its name is no longer than PostgreSQL allows. */
const guardOf = ({ name }: Trigger): string =>
  `landbridge.trigger_${createHash("sha256").update(fold(name)).digest("hex").slice(0, 8)}`;

const guardedBody = (body: readonly string[], setting: string): readonly string[] => {
  const done = `PERFORM set_config(${setting}, '', true);`;
  return [
    `PERFORM set_config(${setting}, 'running', true);`,
    ...body.flatMap((line) => (line.trim() === LEAVE ? [`${line.slice(0, line.indexOf("R"))}${done}`, line] : [line])),
    done,
  ];
};

/** What a statement that changes several rows tells apart: SQLite runs AFTER triggers row by row, PostgreSQL when all rows are done. */
const lateNotes = ({ trigger, own }: TriggerScope): readonly string[] => {
  if (own === null || trigger.timing !== "AFTER") return [];
  const name = fold(own.source.name);
  const looks =
    contents(trigger).some((part) => relationsRead(part).has(name)) ||
    readable(trigger).some(
      (statement) => writesOf(statement).some(({ table }) => table === name) && !isOwnRow(statement, own),
    );
  return looks
    ? [
        `it looks at other rows of ${own.source.name}: SQLite runs it after each row of a statement, PostgreSQL when all rows of the statement are changed`,
      ]
    : [];
};
