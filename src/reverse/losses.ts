/** What a value loses on the way back although it is the same value: said once a column. */
import type { FindingList } from "../plan/findings.ts";
import type { PlanColumn, SourceForm } from "../plan/model.ts";
import type { FittedTable } from "./file/fit.ts";
import type { BackPlan } from "./model.ts";
import type { CopiedTable } from "./rows/copy.ts";

/** Findings for columns whose values are the same and whose spelling need not be, and for tables that stay empty. */
export const tellOfLosses = (
  { plan, tables }: BackPlan,
  copied: ReadonlyMap<FittedTable, CopiedTable>,
  findings: FindingList,
): void => {
  for (const [{ planned, columns, rowid }, { merged, written }] of copied) {
    for (const [column, count] of merged)
      findings.add(
        "REVERSE_STORAGE_CLASS_MERGED",
        "warning",
        `${planned.source}.${column}`,
        "held several storage classes, and PostgreSQL's text or number says no longer which of them these values had: the commoner one was taken",
        "The values are the same; an application that asks for typeof() should look.",
        count,
      );
    for (const { column } of columns) {
      const respelled = written > 0 ? respelling(column) : null;
      if (respelled !== null)
        findings.add(
          "REVERSE_JSON_RESPELLED",
          "info",
          `${planned.source}.${column.source}`,
          respelled,
          "Nothing, unless the application compares the texts.",
        );
      if (written > 0 && IN_SEVERAL_SPELLINGS.has(column.form.kind))
        findings.add(
          "REVERSE_SPELLING_LOST",
          "info",
          `${planned.source}.${column.source}`,
          "was written in several spellings beside each other, which the type does not keep: the values come back in one of them",
          "Nothing, unless the application compares the texts.",
        );
    }
    if (rowid !== null && written > 0)
      findings.add(
        "REVERSE_ROWIDS_NUMBERED",
        "info",
        planned.source,
        "has no key of its own: its rows are numbered anew, in the order in which PostgreSQL holds them",
        "Nothing, unless the application keeps rowids elsewhere.",
      );
  }
  const filled = new Set(tables.map(({ planned }) => planned.source));
  for (const { type, name, sql } of plan.sourceSchema?.objects ?? []) {
    if (type !== "table" || filled.has(name) || /^CREATE VIRTUAL/i.test(sql)) continue;
    findings.add(
      "REVERSE_TABLE_EMPTY",
      "warning",
      name,
      "a table that the load left out: it is made, and empty",
      "Copy its rows from the snapshot of the load where they are wanted.",
    );
  }
};

const IN_SEVERAL_SPELLINGS: ReadonlySet<SourceForm["kind"]> = new Set(["iso-moment", "uuid-mixed", "boolean-mixed"]);

/** JSON whose values are the same and whose text need not be. */
const respelling = ({ type, form }: PlanColumn): string | null => {
  if (type.name === "jsonb")
    return "JSON as jsonb keeps it: the same values, with its own order of keys and its own spaces";
  if (form.kind === "json-vector")
    return "vectors as pgvector prints them: a JSON list of the numbers that its elements hold";
  return form.kind === "json-array" && form.spelling === undefined
    ? "JSON lists of the array's elements, which were not all written in one way"
    : null;
};
