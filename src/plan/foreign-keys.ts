/**
 * Foreign keys: which of them PostgreSQL can hold, and the types of both their sides. SQLite compares across types and lets a
 * key point anywhere; PostgreSQL wants one type and a unique parent (edge cases 29–35).
 */
import { fold } from "../source/fold.ts";
import type { SourceForeignKey, SourceTable } from "../source/model.ts";
import { type ColumnDraft, columnsOf, sameName, type TableDraft, tableOf } from "./drafts.ts";
import type { FindingList } from "./findings.ts";
import type { PlanForeignKey } from "./model.ts";
import { MAX_NAME_BYTES, type Namespace } from "./names.ts";
import { valueCount } from "./type-choice.ts";

interface Link {
  readonly child: TableDraft;
  readonly key: SourceForeignKey;
  readonly columns: readonly ColumnDraft[];
  readonly parent: TableDraft;
  readonly parentColumns: readonly ColumnDraft[];
}

/** Every foreign key whose two sides can be found; the others become findings. */
export const linkForeignKeys = (drafts: readonly TableDraft[], findings: FindingList): readonly Link[] =>
  drafts.flatMap((child) => child.table.foreignKeys.flatMap((key) => link(drafts, child, key, findings)));

const describe = (key: SourceForeignKey): string => `(${key.columns.join(", ")}) → ${key.parentTable}`;

const link = (
  drafts: readonly TableDraft[],
  child: TableDraft,
  key: SourceForeignKey,
  findings: FindingList,
): Link[] => {
  const parent = tableOf(drafts, key.parentTable);
  const columns = columnsOf(child, key.columns);
  const parentColumns = parent && key.parentColumns ? columnsOf(parent, key.parentColumns) : null;
  if (parent && columns && parentColumns && isUnique(parent.table, key.parentColumns ?? []))
    return [{ child, key, columns, parent, parentColumns }];
  const [code, message] = !parent
    ? (["FK_PARENT_MISSING", `${describe(key)}: the parent table does not cross or does not exist`] as const)
    : !parentColumns || !columns
      ? (["FK_COLUMNS_MISSING", `${describe(key)}: a column of the key does not exist`] as const)
      : ([
          "FK_PARENT_NOT_UNIQUE",
          `${describe(key)}: the parent's columns are neither its primary key nor unique`,
        ] as const);
  findings.add(
    code,
    "warning",
    child.table.name,
    message,
    "SQLite never enforced this key. Make the parent unique, or drop the key in the source.",
  );
  return [];
};

/** True where the columns, in any order, are the primary key or a plain unique key of the table. */
const isUnique = (table: SourceTable, columns: readonly string[]): boolean => {
  const wanted = columns.map(fold).sort().join("\0");
  const matches = (names: readonly (string | null)[]): boolean =>
    names.every((name) => name !== null) &&
    names
      .map((name) => fold(name ?? ""))
      .sort()
      .join("\0") === wanted;
  return (
    (table.primaryKey.length > 0 && matches(table.primaryKey)) ||
    table.indexes.some(
      (index) => index.unique && index.where === null && matches(index.columns.map(({ column }) => column)),
    )
  );
};

const typeKey = ({ choice }: ColumnDraft): string => (choice.type.name === "varchar" ? "text" : choice.type.name);

const isRowid = (draft: TableDraft, column: ColumnDraft): boolean =>
  draft.table.rowidAlias !== null && sameName(draft.table.rowidAlias, column.column.name);

/**
 * Gives both sides of every key one type. An empty side takes the other's; where they differ, both become text, unless one is
 * a table's own integer identity or named by the user: then the key cannot be kept (finding FK_TYPE_MISMATCH).
 * Changes the drafts; repeated until nothing changes, because keys chain.
 */
export const unifyTypes = (links: readonly Link[]): void => {
  for (let changed = true; changed; ) {
    changed = false;
    for (const { child, columns, parent, parentColumns } of links)
      columns.forEach((column, i) => {
        const other = parentColumns[i];
        if (other && typeKey(column) !== typeKey(other)) changed = unifyPair(child, column, parent, other) || changed;
      });
  }
};

const unifyPair = (child: TableDraft, column: ColumnDraft, parent: TableDraft, other: ColumnDraft): boolean => {
  const pinned = (draft: TableDraft, side: ColumnDraft): boolean => side.fixed || isRowid(draft, side);
  const follow = (from: ColumnDraft, to: ColumnDraft): boolean => {
    to.choice = { ...from.choice, reason: "no values of its own; it takes the type of the key it belongs to" };
    return true;
  };
  if (valueCount(column.profile) === 0 && !pinned(child, column)) return follow(other, column);
  if (valueCount(other.profile) === 0 && !pinned(parent, other)) return follow(column, other);
  if (pinned(child, column) || pinned(parent, other)) return false;
  let changed = false;
  for (const side of [column, other]) {
    if (typeKey(side) === "text" || side.profile.blobs > side.profile.textualBlobs) continue;
    side.choice = {
      type: { name: "text" },
      form: { kind: "any" },
      reason: "the two sides of a foreign key hold different classes; text holds both",
    };
    changed = true;
  }
  return changed;
};

const ACTIONS = ["NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT"] as const;

const action = (text: string): PlanForeignKey["onDelete"] =>
  ACTIONS.find((known) => known === text.toUpperCase()) ?? "NO ACTION";

/** The foreign keys of one table as PostgreSQL will hold them. */
export const planForeignKeys = (
  draft: TableDraft,
  links: readonly Link[],
  names: Namespace,
  findings: FindingList,
): readonly PlanForeignKey[] =>
  links
    .filter(({ child }) => child === draft)
    .flatMap(({ key, columns, parent, parentColumns }) => {
      const clash = columns.findIndex((column, i) => {
        const other = parentColumns[i];
        return other !== undefined && typeKey(column) !== typeKey(other);
      });
      if (clash >= 0) {
        const [ours, theirs] = [columns[clash]?.choice.type.name, parentColumns[clash]?.choice.type.name];
        findings.add(
          "FK_TYPE_MISMATCH",
          "warning",
          draft.table.name,
          `${describe(key)}: ${ours} cannot refer to ${theirs}, and some stored values would not convert`,
          "Correct the values in the source so that both sides agree, or name one type for both in landbridge.yaml.",
        );
        return [];
      }
      const wanted = key.name ?? `${draft.target}_${columns.map(({ target }) => target).join("_")}_fkey`;
      return [
        {
          name: names.claim(wanted.slice(0, MAX_NAME_BYTES * 4)),
          columns: columns.map(({ target }) => target),
          parent: parent.target,
          parentColumns: parentColumns.map(({ target }) => target),
          onUpdate: action(key.onUpdate),
          onDelete: action(key.onDelete),
          deferred: key.deferred,
        },
      ];
    });
