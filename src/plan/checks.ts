/** CHECK constraints: kept where they are understood and the stored rows satisfy them. */
import type { SourceCheck } from "../source/model.ts";
import { translateOverUnchanged } from "./cleaned.ts";
import type { TableDraft } from "./drafts/model.ts";
import type { FindingList } from "./findings.ts";
import type { PlanTable } from "./model.ts";
import type { Namespace } from "./names.ts";
import type { Scope } from "./translate/expression.ts";
import { checkedLabels } from "./types/enums.ts";

interface CheckContext {
  readonly draft: TableDraft;
  readonly scope: Omit<Scope, "purpose">;
  /** The same without the columns whose values a policy changes. */
  readonly unchanged: Omit<Scope, "purpose">;
  /** The table's own constraint names. */
  readonly names: Namespace;
  readonly findings: FindingList;
  /** Per CHECK: rows that violate it, null where that could not be asked. */
  readonly violations: readonly (number | null)[];
}

/** Whether a CHECK allows everything that the enum of its column has: then it says nothing besides. */
const isEnumsOwn = (check: SourceCheck, { columns }: TableDraft): boolean =>
  columns.some(({ column, choice: { type } }) => {
    const allowed = type.name === "enum" ? checkedLabels(check, column.name) : null;
    return type.name === "enum" && allowed !== null && type.labels.every((label) => allowed.includes(label));
  });

/** The checks to create with the table. A check is created before the rows, so only one that every row satisfies may be. */
export const addChecks = ({
  draft,
  scope,
  unchanged,
  names,
  findings,
  violations,
}: CheckContext): PlanTable["checks"] =>
  draft.table.checks.flatMap((check, i) => {
    if (isEnumsOwn(check, draft)) {
      findings.add(
        "CHECK_BECAME_ENUM",
        "info",
        check.column === null ? draft.table.name : `${draft.table.name}.${check.column}`,
        `CHECK (${check.expression}) is what the column's enum type says itself`,
        "The type stands in its place. A value is added later with ALTER TYPE … ADD VALUE (docs/types.md).",
      );
      return [];
    }
    const where = check.column === null ? draft.table.name : `${draft.table.name}.${check.column}`;
    const violated = violations[i] ?? null;
    if (violated !== null && violated > 0) {
      findings.add(
        "CHECK_VIOLATED",
        "warning",
        where,
        `${violated} stored rows violate CHECK (${check.expression})`,
        "The check is left out, the rows arrive. Correct them and add the check by hand.",
        violated,
      );
      return [];
    }
    const translated = translateOverUnchanged(check.expression, { ...scope, purpose: "check" }, unchanged);
    if (!translated.ok) {
      findings.add(
        "CHECK_NOT_TRANSLATED",
        "warning",
        where,
        `CHECK (${check.expression}): ${translated.reason}`,
        "The check is left out. Add an equivalent by hand if the application relies on it.",
      );
      return [];
    }
    const name = names.claim(check.name ?? `${draft.target}_${check.column ?? "table"}_check`);
    return [{ name, expression: translated.sql, source: check.expression }];
  });
