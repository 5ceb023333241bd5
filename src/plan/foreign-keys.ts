/**
 * Foreign keys: which of them PostgreSQL can hold, and the types of both their sides. SQLite compares across types and lets a
 * key point anywhere; PostgreSQL wants one type and a unique parent.
 */
import { fold } from "../source/fold.ts";
import type { SourceForeignKey, SourceTable } from "../source/model.ts";
import { type ColumnDraft, columnsOf, sameName, type TableDraft } from "./drafts/model.ts";
import type { FindingList } from "./findings.ts";
import type { PlanForeignKey, Policies } from "./model.ts";
import type { Namespace } from "./names.ts";
import { valueCount } from "./types/choice.ts";

/** A foreign key whose two sides both cross. */
export interface Link {
  readonly child: TableDraft;
  readonly key: SourceForeignKey;
  readonly columns: readonly ColumnDraft[];
  readonly parent: TableDraft;
  readonly parentColumns: readonly ColumnDraft[];
}

/** Every foreign key whose two sides can be found; the others become findings. */
export const linkForeignKeys = (
  drafts: readonly TableDraft[],
  { orphans }: Policies,
  findings: FindingList,
): readonly Link[] => {
  const tables = new Map(drafts.map((draft) => [fold(draft.table.name), draft]));
  return drafts
    .flatMap((child) => child.table.foreignKeys.flatMap((key) => link(tables, child, key, findings)))
    .filter((found) => orphans === "keep" || comparesExactly(found, findings));
};

/**
 * SQLite compares a key by the collation of its parent: 'abc' has a parent in 'ABC' under NOCASE, PostgreSQL finds none. Rows
 * that are orphans only there must not be set aside.
 */
const comparesExactly = ({ child, key, parentColumns }: Link, findings: FindingList): boolean => {
  const folding = parentColumns.find(({ column }) => column.collation.toUpperCase() !== "BINARY");
  if (folding === undefined) return true;
  findings.add(
    "FK_PARENT_COLLATION",
    "warning",
    child.table.name,
    `${describe(key)}: SQLite compares ${folding.column.name} by ${folding.column.collation}, so what PostgreSQL would call an orphan may have its parent`,
    "The key is left out, and no row is touched for it. With orphans: keep it arrives, NOT VALID where rows differ in spelling.",
  );
  return false;
};

const describe = (key: SourceForeignKey): string => `(${key.columns.join(", ")}) → ${key.parentTable}`;

/** @param tables by folded name */
const link = (
  tables: ReadonlyMap<string, TableDraft>,
  child: TableDraft,
  key: SourceForeignKey,
  findings: FindingList,
): Link[] => {
  const parent = tables.get(fold(key.parentTable));
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

const typeKey = ({ choice: { type } }: ColumnDraft): string => {
  if (type.name === "enum") return `enum ${type.type}`;
  return type.name === "varchar" ? "text" : type.name;
};

/**
 * A column that refers to one of an enum takes its type: where it is an enum of the same labels, or text that holds nothing else.
 * Changes the drafts.
 */
export const alignEnums = (links: readonly Link[]): void => {
  const pairs = links.flatMap(({ columns, parentColumns }) =>
    columns.map((column, i): readonly [ColumnDraft, ColumnDraft | undefined] => [column, parentColumns[i]]),
  );
  // A chain of keys settles one link a round.
  for (let round = 0; round <= pairs.length; round++)
    for (const [column, parent] of pairs)
      if (parent !== undefined && !column.fixed && mayFollow(column, parent)) column.choice = parent.choice;
};

const mayFollow = ({ choice, profile, column }: ColumnDraft, { choice: { type: other } }: ColumnDraft): boolean => {
  if (other.name !== "enum") return false;
  if (choice.type.name === "enum") return choice.type.labels.join("\0") === other.labels.join("\0");
  const allowed = new Set(other.labels.map((label) => `text:${label}`));
  const isText = (choice.type.name === "text" || choice.type.name === "varchar") && choice.form.kind === "text";
  const isExact = column.affinity === "TEXT" && column.collation.toUpperCase() === "BINARY";
  return isText && isExact && profile.distinct?.every((value) => allowed.has(value)) === true;
};

const isRowid = (draft: TableDraft, column: ColumnDraft): boolean =>
  draft.table.rowidAlias !== null && sameName(draft.table.rowidAlias, column.column.name);

type Pair = readonly [column: ColumnDraft, parent: ColumnDraft];

/**
 * Gives both sides of every key one type. A column without values takes the type of the key it belongs to; where stored values
 * disagree, both sides become text, unless one is a table's own integer identity or named by the user: then the key cannot be
 * kept (finding FK_TYPE_MISMATCH). Changes the drafts. Keys chain and run in circles, so a column settles once and for all.
 */
export const unifyTypes = (links: readonly Link[]): void => {
  const pinned = new Set<ColumnDraft>();
  const pairs = links.flatMap(({ child, columns, parent, parentColumns }) =>
    columns.flatMap((column, i): Pair[] => {
      const other = parentColumns[i];
      if (!other) return [];
      if (column.fixed || isRowid(child, column)) pinned.add(column);
      if (other.fixed || isRowid(parent, other)) pinned.add(other);
      return [[column, other]];
    }),
  );
  const settled = new Set([...pinned, ...pairs.flat().filter(({ profile }) => valueCount(profile) > 0)]);
  settle(pairs, settled);
  // What is left has no values anywhere. The far ends of chains decide, as they would in a database that enforces its keys.
  const children = new Set(pairs.map(([column]) => column));
  for (const [, parent] of [...pairs].sort(([, a], [, b]) => Number(children.has(a)) - Number(children.has(b)))) {
    settled.add(parent);
    settle(pairs, settled);
  }
  reconcile(pairs, pinned);
};

/** Columns that are not settled take the type of a settled one at the other side of a key. */
const settle = (pairs: readonly Pair[], settled: Set<ColumnDraft>): void => {
  for (let before = -1; before !== settled.size; ) {
    before = settled.size;
    for (const [column, parent] of pairs) {
      if (settled.has(column) === settled.has(parent)) continue;
      const [from, to] = settled.has(column) ? [column, parent] : [parent, column];
      if (typeKey(from) !== typeKey(to))
        to.choice = { ...from.choice, reason: "no values of its own; it takes the type of the key it belongs to" };
      settled.add(to);
    }
  }
};

/** Sides that still differ become text: each column once at most. */
const reconcile = (pairs: readonly Pair[], pinned: ReadonlySet<ColumnDraft>): void => {
  for (let changed = true; changed; ) {
    changed = false;
    for (const pair of pairs) {
      const [column, parent] = pair;
      if (typeKey(column) === typeKey(parent) || pair.some((side) => pinned.has(side))) continue;
      for (const side of pair) {
        if (typeKey(side) === "text" || side.profile.blobs > side.profile.textualBlobs) continue;
        side.choice = {
          type: { name: "text" },
          form: side.choice.form.kind === "text" ? side.choice.form : { kind: "any" },
          reason: "the two sides of a foreign key hold different classes; text holds both",
        };
        changed = true;
      }
    }
  }
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
        const [ours, theirs] = [columns[clash], parentColumns[clash]].map((side) => side && typeKey(side));
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
          name: names.claim(wanted),
          columns: columns.map(({ target }) => target),
          parent: parent.target,
          parentColumns: parentColumns.map(({ target }) => target),
          onUpdate: action(key.onUpdate),
          onDelete: action(key.onDelete),
          deferred: key.deferred,
        },
      ];
    });
