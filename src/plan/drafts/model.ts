/**
 * A table on its way to becoming a PlanTable: its names and types are settled, its constraints not yet. Foreign keys may
 * still change a column's type, because both sides of a key must agree.
 */
import { fold } from "../../source/fold.ts";
import type { ColumnProfile, SourceColumn, SourceTable, TableProfile } from "../../source/model.ts";
import type { ScopeColumn } from "../translate/scope.ts";
import type { TypeChoice } from "../types/choice.ts";

export interface ColumnDraft {
  readonly column: SourceColumn;
  readonly profile: ColumnProfile;
  readonly target: string;
  choice: TypeChoice;
  /** Named by the user: no rule may change it. */
  readonly fixed: boolean;
  /** The user wants empty texts as NULL; the profile counts them so already. */
  readonly emptyAsNull: boolean;
  /** How many there are. */
  readonly empties: number;
}

export interface TableDraft {
  readonly table: SourceTable;
  readonly profile: TableProfile;
  readonly target: string;
  readonly columns: readonly ColumnDraft[];
}

/** SQLite compares names without regard to ASCII case. */
export const sameName = (a: string, b: string): boolean => fold(a) === fold(b);

/** A column that crosses, by its name in SQLite. */
export const columnOf = (draft: TableDraft, name: string): ColumnDraft | undefined =>
  draft.columns.find(({ column }) => sameName(column.name, name));

/** The drafts of named columns; null where one of them is not there. */
export const columnsOf = (draft: TableDraft, names: readonly string[]): readonly ColumnDraft[] | null => {
  const found = names.map((name) => columnOf(draft, name));
  return found.every((column) => column !== undefined) ? found : null;
};

/** What the translator needs to know of a table's columns, by folded name. */
export const scopeColumns = (draft: TableDraft): ReadonlyMap<string, ScopeColumn> =>
  new Map(
    draft.columns.map(({ column, target, choice, profile }) => [
      fold(column.name),
      {
        target,
        type: choice.type,
        form: choice.form,
        collation: column.collation,
        affinity: column.affinity,
        ...(isDocument(profile, choice) ? { document: true } : {}),
      },
    ]),
  );

/** A text column in which no stored value is anything but a JSON document that jsonb holds without loss. */
const isDocument = ({ texts, integers, reals, blobs, shapes }: ColumnProfile, { type, form }: TypeChoice): boolean =>
  (type.name === "text" || type.name === "varchar") &&
  form.kind === "text" &&
  integers + reals + blobs === 0 &&
  shapes.jsonbSafe === texts;
