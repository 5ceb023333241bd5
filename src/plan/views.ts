/**
 * Views: translated where every part is understood, in an order in which each finds what it reads; else a finding with the
 * SQL.
 */
import { fold } from "../source/fold.ts";
import type { Catalogue, SourceView } from "../source/model.ts";
import { columnOf, scopeColumns, type TableDraft } from "./drafts/model.ts";
import type { FindingList } from "./findings.ts";
import type { PlanView } from "./model.ts";
import { foldName, type NamePolicy, type Namespace } from "./names.ts";
import type { Relation } from "./translate/view.ts";
import { translateView } from "./translate/view.ts";

interface ViewContext {
  readonly catalogue: Catalogue;
  readonly drafts: readonly TableDraft[];
  readonly names: Namespace;
  readonly policy: NamePolicy;
  readonly findings: FindingList;
}

/** A table as views see it: its columns, its rowid, and what makes its rows unique. */
export const relationOf = (draft: TableDraft): Relation => {
  const { table } = draft;
  const isKey = (names: readonly string[]): boolean =>
    names.length > 0 && names.every((name) => columnOf(draft, name)?.profile.nulls === 0);
  const uniques = table.indexes
    .filter(({ unique, where, columns }) => unique && where === null && columns.every(({ column }) => column !== null))
    .map(({ columns }) => columns.flatMap(({ column }) => (column === null ? [] : [column])))
    // Only a declared NOT NULL holds for rows to come.
    .filter((names) => names.every((name) => columnOf(draft, name)?.column.notNull === true));
  const keys = [table.primaryKey, ...uniques].filter(isKey).map((names) => names.map(fold));
  const rowid = table.rowidAlias === null ? {} : { rowid: fold(table.rowidAlias) };
  return { target: draft.target, columns: scopeColumns(draft), keys, ...rowid };
};

/** Plans all views. A view over a view waits for the one it reads, so several rounds are made until none moves. */
export const planViews = ({ catalogue, drafts, names, policy, findings }: ViewContext): readonly PlanView[] => {
  const relations = new Map(drafts.map((draft) => [fold(draft.table.name), relationOf(draft)]));
  const planned: PlanView[] = [];
  let waiting: readonly SourceView[] = catalogue.views;
  let reasons = new Map<string, string>();
  for (let before = -1; before !== waiting.length && waiting.length > 0; ) {
    before = waiting.length;
    reasons = new Map();
    waiting = waiting.filter((view) => {
      const translated = translateView(view, (name) => relations.get(fold(name)) ?? null);
      if (!translated.ok) {
        reasons.set(view.name, translated.reason);
        return true;
      }
      const target = names.claim(foldName(view.name, policy));
      relations.set(fold(view.name), { target, columns: translated.columnTypes });
      planned.push({
        source: view.name,
        target,
        query: translated.query,
        columns: translated.columns,
        results: translated.results,
        reads: translated.dependencies,
        volatile: translated.volatile,
        open: translated.open,
      });
      for (const note of translated.notes)
        findings.add("VIEW_NOTE", "info", `view ${view.name}`, note, "Compare its results where that matters.");
      return false;
    });
  }
  for (const view of waiting)
    findings.add(
      "VIEW_NOT_TRANSLATED",
      "warning",
      `view ${view.name}`,
      `${view.problem ?? reasons.get(view.name) ?? "not understood"}; it was: ${view.sql}`,
      "Write it anew for PostgreSQL; its tables have arrived.",
    );
  return planned;
};
