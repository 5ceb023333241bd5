/** `columns.<c>.default` and `columns.<c>.generated`: SQL of the user's own in place of what the source says. */
import { usageError } from "../../errors.ts";
import type { ColumnConfig } from "../config.ts";
import type { ColumnDraft } from "../drafts/model.ts";

/**
 * The default by the user's word: null for none at all, undefined where nothing is said.
 * @throws LandbridgeError DEFAULT_OF_GENERATED (exit 2)
 */
export const configuredDefault = (
  { column }: ColumnDraft,
  where: string,
  wish: ColumnConfig | undefined,
): string | null | undefined => {
  if (wish?.default === undefined || column.generated === null) return wish?.default;
  throw usageError({
    code: "DEFAULT_OF_GENERATED",
    message: `${where}: the column is generated in SQLite, and a generated column has no default.`,
    remedy: "Take `default:` out; `generated:` gives its expression in PostgreSQL's SQL.",
  });
};

/**
 * The expression of a generated column by the user's word, null where nothing is said. Its values are proven against those
 * that SQLite has computed.
 * @throws LandbridgeError COLUMN_NOT_GENERATED (exit 2): the source's own values would be lost
 */
export const configuredGenerated = (
  { column }: ColumnDraft,
  where: string,
  wish: ColumnConfig | undefined,
): string | null => {
  if (wish?.generated === undefined || column.generated !== null) return wish?.generated ?? null;
  throw usageError({
    code: "COLUMN_NOT_GENERATED",
    message: `${where}: the column holds values of its own in SQLite, which an expression would take the place of.`,
    remedy:
      "Let it cross as it is, and put the expression into a column of its own: `add: { name: { type: …, generated: … } }`.",
  });
};
