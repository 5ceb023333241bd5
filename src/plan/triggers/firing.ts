/**
 * Which triggers a write sets off, foreign keys' actions included. SQLite does not run a trigger inside itself (recursive_triggers is
 * off unless the application turns it on), PostgreSQL does: what can come back to itself needs a guard.
 */
import { fold } from "../../source/fold.ts";
import type { Catalogue } from "../../source/model.ts";
import type { Trigger } from "./ast.ts";
import { contents, readable, relationsRead, type Write, writesOf } from "./references.ts";

export interface Effects {
  /** Every trigger that may be set off, by whatever detour. */
  readonly triggers: ReadonlySet<Trigger>;
  /** Tables that are read or written by it or by any of these, in lower case. */
  readonly touched: ReadonlySet<string>;
  /** Everything that is written, by it or by what it sets off. */
  readonly writes: readonly Write[];
}

export class Firing {
  readonly #triggers: readonly Trigger[];
  readonly #catalogue: Catalogue;

  constructor(triggers: readonly Trigger[], catalogue: Catalogue) {
    this.#triggers = triggers;
    this.#catalogue = catalogue;
  }

  /** The triggers that a write sets off at once. */
  by({ table, event, columns }: Write): readonly Trigger[] {
    return this.#triggers.filter(
      (trigger) =>
        fold(trigger.table) === table &&
        trigger.event === event &&
        (trigger.of === null || columns === null || trigger.of.some((name) => columns.has(fold(name)))),
    );
  }

  /** The other triggers of the same table and event. */
  besides(trigger: Trigger): readonly Trigger[] {
    return this.#triggers.filter(
      (other) => other !== trigger && fold(other.table) === fold(trigger.table) && other.event === trigger.event,
    );
  }

  effectsOf(trigger: Trigger): Effects {
    const triggers = new Set<Trigger>();
    const touched = new Set(contents(trigger).flatMap((part) => [...relationsRead(part)]));
    const writes: Write[] = [];
    const waiting: Write[] = readable(trigger).flatMap(writesOf);
    const seen = new Set<string>();
    for (let write = waiting.pop(); write !== undefined; write = waiting.pop()) {
      const key = JSON.stringify([write.table, write.event, write.replaces, [...(write.columns ?? [])].sort()]);
      if (seen.has(key)) continue;
      seen.add(key);
      touched.add(write.table);
      writes.push(write);
      waiting.push(...this.#foreignKeyWrites(write));
      for (const fired of this.by(write)) {
        if (triggers.has(fired)) continue;
        triggers.add(fired);
        for (const part of contents(fired)) for (const name of relationsRead(part)) touched.add(name);
        waiting.push(...readable(fired).flatMap(writesOf));
      }
    }
    return { triggers, touched, writes };
  }

  /** What foreign keys do to the children of the rows that are written. */
  #foreignKeyWrites({ table, event, columns, replaces }: Write): readonly Write[] {
    if (event === "INSERT" && !replaces) return [];
    return this.#catalogue.tables.flatMap((child) =>
      child.foreignKeys.flatMap((key): Write[] => {
        if (fold(key.parentTable) !== table) return [];
        const moves = event === "UPDATE" && key.parentColumns?.some((name) => columns?.has(fold(name))) !== false;
        const action = event !== "UPDATE" ? key.onDelete : moves ? key.onUpdate : "NO ACTION";
        if (action === "NO ACTION" || action === "RESTRICT") return [];
        const own = fold(child.name);
        if (event !== "UPDATE" && action === "CASCADE")
          return [{ table: own, event: "DELETE", columns: null, replaces: false }];
        return [{ table: own, event: "UPDATE", columns: new Set(key.columns.map(fold)), replaces: false }];
      }),
    );
  }
}
