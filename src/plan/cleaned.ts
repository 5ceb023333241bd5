/**
 * Columns whose values a policy changes on the way. What SQLite computed from the stored values, or held true of them, need not
 * hold for the changed ones: no generated column and no CHECK may be built on such a column.
 */
import { fold } from "../source/fold.ts";
import type { ColumnDraft, TableDraft } from "./drafts/model.ts";
import type { Policies } from "./model.ts";
import { type Scope, translateExpression } from "./translate/expression.ts";
import type { ScopeColumn } from "./translate/scope.ts";
import { refuse } from "./translate/untranslatable.ts";

const CHANGES: readonly string[] = ["strip", "replace"];

const isCleaned = ({ profile, choice, empties }: ColumnDraft, policies: Policies): boolean =>
  empties > 0 ||
  (profile.nulTexts > 0 && CHANGES.includes(policies.nul)) ||
  (profile.invalidTexts > 0 && CHANGES.includes(policies.invalidText)) ||
  (choice.form.kind === "json" && policies.invalidJson === "null" && profile.shapes.json < profile.texts);

/** The table's scope without the columns that a policy changes. */
export const scopeOfUnchanged = <T extends Omit<Scope, "purpose">>(
  scope: T,
  draft: TableDraft,
  policies: Policies,
): T => {
  const orphans = new Set(
    policies.orphans === "null" ? draft.table.foreignKeys.flatMap(({ columns }) => columns.map(fold)) : [],
  );
  const gone = draft.columns
    .filter((column) => isCleaned(column, policies) || orphans.has(fold(column.column.name)))
    .map(({ column }) => fold(column.name));
  return gone.length === 0 ? scope : { ...scope, columns: new UnchangedColumns(scope.columns, gone) };
};

/** A changed column refuses to be read. Were it only missing, its name in double quotes would be a text to SQLite's rules. */
class UnchangedColumns extends Map<string, ScopeColumn> {
  readonly #gone: ReadonlySet<string>;

  constructor(columns: Iterable<readonly [string, ScopeColumn]>, gone: Iterable<string>) {
    super(columns);
    this.#gone = new Set(gone);
  }

  override get(name: string): ScopeColumn | undefined {
    return this.#gone.has(name)
      ? refuse("it rests on values that a policy of landbridge.yaml changes")
      : super.get(name);
  }
}

/** Translates an expression over stored values; refuses it, with the reason, where it rests on values that a policy changes. */
export const translateOverUnchanged = (
  sql: string,
  scope: Scope,
  unchanged: Pick<Scope, "columns">,
): ReturnType<typeof translateExpression> => {
  const translated = translateExpression(sql, scope);
  if (!translated.ok || scope.columns === unchanged.columns) return translated;
  return translateExpression(sql, { ...scope, columns: unchanged.columns }).ok
    ? translated
    : { ok: false, reason: "it rests on values that a policy of landbridge.yaml changes" };
};
