/** A column's default and generated expression in PostgreSQL, or the finding that says why there is none. */
import { translateOverUnchanged } from "./cleaned.ts";
import type { ColumnDraft } from "./drafts/model.ts";
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

const BEYOND_BIGINT = 2 ** 63;

/** Stored values of a generated column that show where PostgreSQL would compute otherwise, as a reason; null for none. */
const whatNoExpressionGives = ({ column, choice, profile, empties }: ColumnDraft): string | null => {
  if (empties > 0) return "its empty texts are to be NULL";
  // SQLite applies the column's affinity to each computed value: several storage classes come of one expression.
  if (choice.form.kind === "any")
    return "its values are of several storage classes, which one expression in PostgreSQL cannot give";
  // Beyond 64 bits SQLite goes on in REAL, and beyond REAL with infinity; PostgreSQL refuses the row.
  // Objects and arrays that an expression takes out of JSON come back with PostgreSQL's spaces and order.
  if (
    choice.form.kind === "text" &&
    profile.shapes.jsonContainer > 0 &&
    /json|->/i.test(column.generated?.expression ?? "")
  )
    return "its values are parts of JSON documents, whose spelling PostgreSQL does not keep";
  const greatest = Math.max(Math.abs(profile.minReal ?? 0), Math.abs(profile.maxReal ?? 0));
  return greatest >= BEYOND_BIGINT || profile.infinities > 0
    ? "its values go beyond 64 bits, where PostgreSQL's arithmetic ends with an error"
    : null;
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
  const beyond = whatNoExpressionGives(draft);
  const translated =
    beyond !== null
      ? { ok: false as const, reason: beyond }
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
