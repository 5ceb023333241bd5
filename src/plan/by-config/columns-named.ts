/** Columns that a user names in landbridge.yaml: by their names in SQLite, or as columns that the plan adds. */
import { usageError } from "../../errors.ts";
import { renderType } from "../ddl/type.ts";
import { columnOf, sameName, type TableDraft } from "../drafts/model.ts";
import type { PlanAddedColumn } from "../model.ts";
import { nearest } from "../nearest.ts";

export interface NamedColumn {
  readonly target: string;
  /** As SQL. */
  readonly type: string;
  /** The column that the plan adds, where it is one. */
  readonly added: PlanAddedColumn | null;
}

/** The column of that name, undefined where the table has none. Names of the source go before added ones. */
export const findColumn = (
  draft: TableDraft,
  added: readonly PlanAddedColumn[],
  name: string,
): NamedColumn | undefined => {
  const own = columnOf(draft, name);
  if (own !== undefined) return { target: own.target, type: renderType(own.choice.type), added: null };
  const extra = added.find(({ target }) => target === name) ?? added.find(({ target }) => sameName(target, name));
  return extra === undefined ? undefined : { target: extra.target, type: extra.type, added: extra };
};

/**
 * @param where what names the column, for the message
 * @throws LandbridgeError CONFIG_UNKNOWN_NAME (exit 2), with the nearest name that there is
 */
export const columnNamed = (
  draft: TableDraft,
  added: readonly PlanAddedColumn[],
  name: string,
  where: string,
): NamedColumn => {
  const found = findColumn(draft, added, name);
  if (found !== undefined) return found;
  const known = [...draft.columns.map(({ column }) => column.name), ...added.map(({ target }) => target)];
  const guess = nearest(name, known);
  throw usageError({
    code: "CONFIG_UNKNOWN_NAME",
    message: `${where}: ${draft.table.name} has no column "${name}" that crosses, and none is added under that name.`,
    remedy: guess === null ? `Known: ${known.slice(0, 20).join(", ")}.` : `Did you mean "${guess}"?`,
  });
};
