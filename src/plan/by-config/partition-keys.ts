/** Keys of a partitioned table: PostgreSQL guards uniqueness partition by partition, so each key has to hold the columns that decide on the partition. */
import { quoteIdentifier } from "../../target/quote.ts";
import { columnOf, type TableDraft } from "../drafts/model.ts";
import type { FindingList } from "../findings.ts";
import type { PlanForeignKey, PlanKey, PlanTable } from "../model.ts";

/** The table with every unique key that lacks one of the columns widened by it, and a finding for each. */
export const widenKeys = (
  table: PlanTable,
  columns: readonly string[],
  draft: TableDraft,
  findings: FindingList,
): PlanTable => {
  const listOf = (targets: readonly string[]): string =>
    `(${targets.map((target) => table.columns.find((column) => column.target === target)?.source ?? target).join(", ")})`;
  const told = (change: string): void =>
    findings.add(
      "PARTITION_KEY_WIDENED",
      "warning",
      table.source,
      `${change}: over partitions PostgreSQL guards only keys that hold the columns of the partitioning`,
      "The rows of now have been unique in SQLite; later ones are checked less strictly. Partition by columns of the key to keep it as it is.",
    );
  const becomes = (what: string, before: readonly string[], missing: readonly string[]): string =>
    `${what} ${listOf(before)} becomes ${listOf([...before, ...missing])}`;
  const widen = (what: string, key: PlanKey): PlanKey => {
    const missing = columns.filter((name) => !key.columns.includes(name));
    if (missing.length === 0) return key;
    told(becomes(what, key.columns, missing));
    return { ...key, columns: [...key.columns, ...missing] };
  };
  const indexes = table.indexes.map((index) => {
    const missing = columns.map(quoteIdentifier).filter((name) => !index.elements.includes(name));
    if (!index.unique || missing.length === 0) return index;
    told(`the unique index ${index.source ?? index.name} takes in ${listOf(columns)}`);
    return { ...index, elements: [...index.elements, ...missing] };
  });
  const uniques = table.uniques.map((key) => widen("the unique key", key));
  const { primaryKey } = table;
  const empty = columns.filter((name) => mayBeNull(table, draft, name) && !primaryKey?.columns.includes(name));
  if (primaryKey === null || empty.length === 0)
    return {
      ...table,
      uniques,
      indexes,
      primaryKey: primaryKey === null ? null : widen("the primary key", primaryKey),
    };
  // A primary key takes no NULLs, a unique key does. What was part of the primary key stays NOT NULL by itself.
  const missing = columns.filter((name) => !primaryKey.columns.includes(name));
  told(`${becomes("the primary key", primaryKey.columns, missing)}, a unique key because ${listOf(empty)} holds NULLs`);
  return {
    ...table,
    primaryKey: null,
    uniques: [{ ...primaryKey, columns: [...primaryKey.columns, ...missing] }, ...uniques],
    indexes,
    columns: table.columns.map((column) =>
      primaryKey.columns.includes(column.target) ? { ...column, notNull: true } : column,
    ),
  };
};

const mayBeNull = (table: PlanTable, draft: TableDraft, target: string): boolean => {
  const column = table.columns.find((candidate) => candidate.target === target);
  if (column !== undefined) return (columnOf(draft, column.source)?.profile.nulls ?? 0) > 0;
  const added = table.added.find((candidate) => candidate.target === target);
  return added?.notNull !== true && added?.default === null;
};

/** Without the foreign keys to columns that are no whole key of a partitioned table any more. */
export const dropForeignKeysTo = (tables: readonly PlanTable[], findings: FindingList): readonly PlanTable[] => {
  const partitioned = new Map(
    tables.filter(({ partitioning }) => partitioning !== null).map((table) => [table.target, table]),
  );
  if (partitioned.size === 0) return tables;
  return tables.map((table) => {
    const kept = table.foreignKeys.filter((key) => {
      const parent = partitioned.get(key.parent);
      if (parent === undefined || refersToKey(parent, key)) return true;
      findings.add(
        "PARTITION_KEY_REFERENCED",
        "warning",
        table.source,
        `the foreign key (${key.columns.join(", ")}) to ${parent.source} is left out: (${key.parentColumns.join(", ")}) is no key of ${parent.source} by itself once that is partitioned`,
        `Partition ${parent.source} by columns of that key, or check the reference in the application.`,
      );
      return false;
    });
    return kept.length === table.foreignKeys.length ? table : { ...table, foreignKeys: kept };
  });
};

const refersToKey = ({ primaryKey, uniques }: PlanTable, { parentColumns }: PlanForeignKey): boolean =>
  [...(primaryKey === null ? [] : [primaryKey]), ...uniques].some(
    ({ columns }) => columns.length === parentColumns.length && columns.every((name) => parentColumns.includes(name)),
  );
