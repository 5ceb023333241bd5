/** Views: CREATE VIEW in SQLite to the SELECT of a PostgreSQL view with the same columns and the same rows. */
import { fold } from "../../source/fold.ts";
import type { SourceView } from "../../source/model.ts";
import type { PlanViewColumn } from "../model.ts";
import { parseView } from "./parse-select.ts";
import type { Relation } from "./relations.ts";
import { formOf, isApproximate, typeOf } from "./result-types.ts";
import type { Doubts, ScopeColumn } from "./scope.ts";
import { translateSelect } from "./select.ts";
import { attempt, refuse } from "./untranslatable.ts";
import type { Value } from "./value.ts";

export type { Relation } from "./relations.ts";

export type ViewTranslation =
  | {
      readonly ok: true;
      /** The complete SELECT: names quoted, without schema. */
      readonly query: string;
      /** As SQLite names them. */
      readonly columns: readonly string[];
      /** By lower-cased name: what a view over this view needs. */
      readonly columnTypes: ReadonlyMap<string, ScopeColumn>;
      /** Names of the relations it reads, in lower case, as `resolve` was asked for them. */
      readonly dependencies: readonly string[];
      readonly notes: readonly string[];
      /** What each column holds, in their order: for the comparison with SQLite's rows. */
      readonly results: readonly PlanViewColumn[];
      /** Why its rows may differ from one reading to the next, and what of them the SQL leaves open. */
      readonly volatile: readonly string[];
      readonly open: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

/**
 * Translates a view. `resolve` gives a relation by its source name (any case), null where none has crossed. Never throws: what
 * is not fully understood is `ok: false` with a plain reason.
 */
export const translateView = (view: SourceView, resolve: (name: string) => Relation | null): ViewTranslation => {
  const notes = new Set<string>();
  const doubts: Doubts = { volatile: new Set(), open: new Set() };
  const dependencies = new Set<string>();
  const relation = (name: string): Relation => {
    dependencies.add(fold(name));
    const found = resolve(name) ?? refuse(`the table or view ${name} is not there in PostgreSQL`);
    // A view names its relations without a schema, and PostgreSQL looks into its own catalogue first.
    return found.target.startsWith("pg_")
      ? refuse(`${name} may be hidden by a relation of PostgreSQL's catalogue`)
      : found;
  };
  const attempted = attempt(() => {
    const { columns, select } = parseView(view.sql);
    return translateSelect(select, { relation, notes, doubts }, [], view.columns ?? columns, true);
  });
  if (!attempted.ok) return attempted;
  const { sql, relation: result, values } = attempted.value;
  return {
    ok: true,
    query: sql,
    columns: [...result.columns.values()].map(({ target }) => target),
    columnTypes: result.columns,
    dependencies: [...dependencies],
    notes: [...notes],
    results: values.map(resultOf),
    volatile: [...doubts.volatile],
    open: [...doubts.open],
  };
};

const resultOf = (value: Value): PlanViewColumn => ({
  type: typeOf(value),
  form: formOf(value),
  approximate: isApproximate(value),
});
