/** What `plan` prints: each table with its columns' types and why, then the findings. */
import { renderType } from "../plan/ddl/type.ts";
import type { Plan, PlanTable } from "../plan/model.ts";
import { wrap } from "./grid.ts";
import { groupFindings } from "./groups.ts";
import { findingGroupLines } from "./text-findings.ts";
import { counted, formatBytes, visible } from "./words.ts";

/** Renders a plan within `width` cells, without a last line break. */
export const planText = (plan: Plan, width: number): string =>
  [
    `${counted(plan.tables.length, "table")} and ${counted(plan.views.length, "view")} into schema ${visible(plan.schema)}`,
    ...plan.tables.flatMap((table) => tableLines(table, width)),
    ...groupFindings(plan.findings).flatMap((group) => findingGroupLines(group, width)),
  ].join("\n");

const tableLines = ({ source, target, rows, bytes, columns, ...table }: PlanTable, width: number): string[] => [
  "",
  `${arrow(source, target)}  ${counted(rows, "row")}, ${formatBytes(bytes)}, ${counted(table.indexes.length, "index", "indexes")}, ` +
    counted(table.foreignKeys.length, "foreign key"),
  ...columns.flatMap((column) => {
    const types = `${visible(column.declared) || "(no type)"} → ${renderType(column.type)}`;
    const line = `  ${arrow(column.source, column.target)}  ${types}: ${visible(column.reason)}`;
    return wrap(line, width, "      ");
  }),
];

const arrow = (source: string, target: string): string =>
  source === target ? visible(source) : `${visible(source)} → ${visible(target)}`;
