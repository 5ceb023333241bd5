/** Primary keys, uniques and indexes of one table, under names that no other relation of the schema has. */

import type { SourceIndex, SourceIndexColumn } from "../source/model.ts";
import { quoteIdentifier } from "../target/quote.ts";
import { columnOf, columnsOf, type TableDraft } from "./drafts/model.ts";
import type { FindingList } from "./findings.ts";
import type { PlanIndex, PlanKey } from "./model.ts";
import type { Namespace } from "./names.ts";
import { type Scope, translateExpression, translateIndexElement } from "./translate/expression.ts";

interface TableKeys {
  readonly primaryKey: PlanKey | null;
  readonly uniques: readonly PlanKey[];
  readonly indexes: readonly PlanIndex[];
}

interface KeyContext {
  readonly draft: TableDraft;
  readonly scope: Omit<Scope, "purpose">;
  readonly names: Namespace;
  readonly findings: FindingList;
}

/** True where one of the columns has NULLs: SQLite allows them in every primary key but the rowid's. */
const hasNulls = (draft: TableDraft, columns: readonly string[]): boolean =>
  columns.some((name) => (columnOf(draft, name)?.profile.nulls ?? 0) > 0);

const isTextual = (draft: TableDraft, name: string): boolean => {
  const type = columnOf(draft, name)?.choice.type.name;
  return type === "text" || type === "varchar";
};

/** NOCASE and RTRIM make a key stricter than PostgreSQL's own comparison: only an expression index keeps that. */
const foldsText = (draft: TableDraft, { column, collation }: SourceIndexColumn): boolean =>
  column !== null && isTextual(draft, column) && collation.toUpperCase() !== "BINARY";

/** Plans all keys and indexes of a table. */
export const planKeys = (context: KeyContext): TableKeys => {
  const { draft } = context;
  const uniques: PlanKey[] = [];
  const indexes: PlanIndex[] = [];
  const primaryKey = planPrimaryKey(context, uniques);
  for (const index of draft.table.indexes) {
    const folds = index.columns.some((column) => foldsText(draft, column));
    const plainColumns = plainTargets(draft, index);
    if (index.origin === "pk" && !folds) continue;
    if (index.origin === "u" && !folds && plainColumns && index.where === null) {
      uniques.push({
        name: context.names.claim(`${draft.target}_${plainColumns.join("_")}_key`),
        columns: plainColumns,
      });
      continue;
    }
    const planned = planIndex(context, index);
    if (planned) indexes.push(planned);
  }
  return { primaryKey, uniques, indexes };
};

const planPrimaryKey = ({ draft, names, findings }: KeyContext, uniques: PlanKey[]): PlanKey | null => {
  const columns = columnsOf(draft, draft.table.primaryKey);
  if (!columns || columns.length === 0) return null;
  const targets = columns.map(({ target }) => target);
  if (!hasNulls(draft, draft.table.primaryKey)) return { name: names.claim(`${draft.target}_pkey`), columns: targets };
  uniques.push({ name: names.claim(`${draft.target}_${targets.join("_")}_key`), columns: targets });
  findings.add(
    "PRIMARY_KEY_HAS_NULLS",
    "warning",
    draft.table.name,
    `the primary key (${draft.table.primaryKey.join(", ")}) holds NULLs, which PostgreSQL refuses`,
    "It becomes a unique constraint. Fill the keys in the source to get the primary key back.",
    columns.reduce((sum, { profile }) => sum + profile.nulls, 0),
  );
  return null;
};

/** The target names of an index of plain columns; null where it has an expression. */
const plainTargets = (draft: TableDraft, index: SourceIndex): readonly string[] | null => {
  const targets = index.columns.map(({ column }) => (column === null ? undefined : columnOf(draft, column)?.target));
  return targets.every((target) => target !== undefined) ? targets : null;
};

const planIndex = (context: KeyContext, index: SourceIndex): PlanIndex | null => {
  const { draft, scope, names, findings } = context;
  const giveUp = (reason: string): null => {
    findings.add(
      "INDEX_NOT_TRANSLATED",
      "warning",
      `${draft.table.name}: index ${index.name}`,
      `${reason}${index.sql ? `; it was: ${index.sql}` : ""}`,
      index.unique
        ? "Uniqueness is not enforced without it: create an equivalent by hand."
        : "Create an equivalent by hand.",
    );
    return null;
  };
  const elements: string[] = [];
  for (const part of index.columns) {
    const element = indexElement(context, part);
    if ("reason" in element) return giveUp(element.reason);
    elements.push(part.descending ? `${element.sql} DESC` : element.sql);
  }
  const where = index.where === null ? null : translateExpression(index.where, { ...scope, purpose: "where" });
  if (where && !where.ok) return giveUp(`its WHERE is not understood: ${where.reason}`);
  const automatic = index.origin !== "c";
  const wanted = automatic
    ? `${draft.target}_${index.columns.map(({ column }) => column ?? "expr").join("_")}_key`
    : index.name;
  return {
    name: names.claim(wanted),
    source: index.name,
    unique: index.unique,
    method: "btree",
    elements,
    where: where?.sql ?? null,
    options: null,
  };
};

const indexElement = ({ draft, scope }: KeyContext, part: SourceIndexColumn): { sql: string } | { reason: string } => {
  if (part.column === null) {
    const translated = translateIndexElement(part.expression ?? "", part.collation, scope);
    return translated.ok
      ? { sql: translated.sql }
      : { reason: `its expression is not understood: ${translated.reason}` };
  }
  const column = columnOf(draft, part.column);
  if (!column) return { reason: `its column ${part.column} does not cross` };
  if (column.choice.type.name === "json") return { reason: `its column ${part.column} is json, which has no order` };
  const name = quoteIdentifier(column.target);
  if (!foldsText(draft, part)) return { sql: name };
  const collation = part.collation.toUpperCase();
  // SQLite folds ASCII letters only: the "C" collation does the same.
  if (collation === "NOCASE") return { sql: `lower(${name} COLLATE "C")` };
  if (collation === "RTRIM") return { sql: `rtrim(${name}, ' ')` };
  return { reason: `the collation ${part.collation} is the application's own` };
};
