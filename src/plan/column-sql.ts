/** A column's default and generated expression in PostgreSQL, or the finding that says why there is none. */
import { translateOverUnchanged } from "./cleaned.ts";
import type { ColumnDraft } from "./drafts.ts";
import type { FindingList } from "./findings.ts";
import { type Scope, translateDefault } from "./translate/expression.ts";

type ColumnScope = Omit<Scope, "purpose">;

/** The DEFAULT as PostgreSQL SQL, null for none. Existing rows never depend on it; only later inserts do. */
export const planDefault = ({ column, choice }: ColumnDraft, where: string, findings: FindingList): string | null => {
  if (column.default === null || column.generated !== null) return null;
  const translated = translateDefault(column.default, choice.type, choice.form);
  // DEFAULT NULL is no default; PostgreSQL does not even keep it.
  if (translated.ok) return translated.sql === "NULL" ? null : translated.sql;
  findings.add(
    "DEFAULT_NOT_TRANSLATED",
    "warning",
    where,
    `DEFAULT ${column.default}: ${translated.reason}`,
    "The column arrives without this default. Set one by hand if the application relies on it.",
  );
  return null;
};

/** The expression of a generated column; null where it is none, or where it arrives as a plain column with its values. */
export const planGenerated = (
  draft: ColumnDraft,
  { scope, unchanged }: { readonly scope: ColumnScope; readonly unchanged: ColumnScope },
  where: string,
  findings: FindingList,
): string | null => {
  const { column, choice } = draft;
  if (column.generated === null) return null;
  // SQLite applies the column's affinity to each computed value: several storage classes come of one expression.
  const mixed = choice.form.kind === "any";
  const translated = mixed
    ? {
        ok: false as const,
        reason: "its values are of several storage classes, which one expression in PostgreSQL cannot give",
      }
    : translateOverUnchanged(
        column.generated.expression,
        { ...scope, purpose: "generated", targetType: { type: choice.type, form: choice.form } },
        unchanged,
      );
  if (translated.ok) return translated.sql;
  findings.add(
    "GENERATED_NOT_TRANSLATED",
    "warning",
    where,
    `GENERATED ALWAYS AS (${column.generated.expression}): ${translated.reason}`,
    "It arrives as a plain column holding the values of now. Keep it up to date with a trigger or in the application.",
  );
  return null;
};
