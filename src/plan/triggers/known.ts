/** What has crossed, as triggers refer to it, and the names that they get beside it. */
import { fold } from "../../source/fold.ts";
import type { Catalogue, SourceTrigger } from "../../source/model.ts";
import type { TableDraft } from "../drafts/model.ts";
import type { PlanTable, PlanTrigger, PlanView } from "../model.ts";
import { foldName, type NamePolicy, Namespace } from "../names.ts";
import { type Relation, translateView } from "../translate/view.ts";
import { relationOf } from "../views.ts";
import type { Known } from "./scope.ts";

export interface Crossed {
  readonly catalogue: Catalogue;
  readonly drafts: readonly TableDraft[];
  readonly tables: readonly PlanTable[];
  readonly views: readonly PlanView[];
}

/** What PostgreSQL calls the triggers by which it checks foreign keys begins so; triggers run in the order of their names. */
const CHECKS = "RI_ConstraintTrigger";

/** Trigger names are one namespace a table, their functions' names one a schema. */
export class Names {
  readonly #functions = new Namespace();
  readonly #byTable = new Map<string, Namespace>();
  readonly #policy: NamePolicy;

  constructor(policy: NamePolicy, tables: readonly PlanTable[]) {
    this.#policy = policy;
    // Search columns have triggers and functions of their own.
    for (const { target, searches = [] } of tables)
      for (const { trigger, words } of searches) {
        if (words !== null) this.#functions.claim(words);
        if (trigger === null) continue;
        this.#functions.claim(trigger.name);
        this.#on(target).claim(trigger.name);
      }
  }

  of(
    source: SourceTrigger,
    table: string,
    first: boolean,
  ): Pick<PlanTrigger, "source" | "name" | "function" | "table"> {
    const folded = foldName(source.name, this.#policy);
    const wanted = first && folded >= CHECKS ? `0_${folded}` : folded;
    return { source: source.name, name: this.#on(table).claim(wanted), function: this.#functions.claim(wanted), table };
  }

  #on(table: string): Namespace {
    const names = this.#byTable.get(table) ?? new Namespace();
    this.#byTable.set(table, names);
    return names;
  }
}

/** The table or view that a trigger is on, by its name in PostgreSQL; as it is where it has not crossed. */
export const targetOf = ({ table }: SourceTrigger, { tables, views }: Known): string =>
  tables.get(fold(table))?.plan.target ?? views.get(fold(table))?.target ?? table;

/** What has crossed. Views are translated once more, because the plan does not keep their columns' types. */
export const knownRelations = ({ catalogue, drafts, tables, views }: Crossed): Known => {
  const known = new Map(
    drafts.flatMap((draft) => {
      const plan = tables.find(({ source }) => source === draft.table.name);
      return plan === undefined
        ? []
        : [[fold(draft.table.name), { source: draft.table, plan, relation: relationOf(draft) }] as const];
    }),
  );
  const relations = new Map<string, Relation>();
  for (const { source, target } of views) {
    const view = catalogue.views.find(({ name }) => name === source);
    const resolve = (name: string): Relation | null =>
      known.get(fold(name))?.relation ?? relations.get(fold(name)) ?? null;
    const translated = view === undefined ? null : translateView(view, resolve);
    if (translated?.ok) relations.set(fold(source), { target, columns: translated.columnTypes });
  }
  return { tables: known, views: relations };
};
