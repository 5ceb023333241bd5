/** What `inspect` prints: health, tables with what their columns really hold, findings. */
import type { InspectedTable, Inspection } from "../inspect.ts";
import { grid, wrap } from "./grid.ts";
import { groupFindings } from "./groups.ts";
import { findingGroupLines } from "./text-findings.ts";
import { counted, formatBytes, formatCount, visible } from "./words.ts";

/** Tables whose columns are listed; of more, the largest. */
const DETAILED = 40;

/** Renders an inspection within `width` cells, without a last line break. */
export const inspectionText = (inspection: Inspection, width: number): string =>
  [
    ...healthLines(inspection, width),
    ...tableLines(inspection, width),
    ...largest(inspection.tables).flatMap((table) => columnLines(table, width)),
    ...findingLines(inspection, width),
  ].join("\n");

const heading = (title: string): string[] => ["", title, "═".repeat(title.length)];

const healthLines = (
  { source, snapshot, health, diskNeeded, views, triggers }: Inspection,
  width: number,
): string[] => {
  const sound = health.integrity.length === 1 && health.integrity[0] === "ok";
  const keys =
    health.foreignKeyViolations === null
      ? `not checked: ${health.foreignKeyProblem ?? "unknown"}`
      : health.foreignKeyViolations === 0
        ? "ok"
        : counted(
            health.foreignKeyViolations,
            "row names a parent that is not there",
            "rows name parents that are not there",
          );
  const facts: readonly (readonly [string, string])[] = [
    ["File", `${visible(source.path)} (${formatBytes(source.bytes)})`],
    ["SHA-256", `${source.sha256} of the snapshot`],
    ["Snapshot", visible(snapshot)],
    [
      "Integrity",
      sound
        ? "ok"
        : health.integrity
            .slice(0, 5)
            .map((problem) => visible(problem))
            .join("; "),
    ],
    ["Foreign keys", keys],
    [
      "Encoding",
      `${health.encoding}, journal mode ${health.journalMode}, ${counted(health.pageCount, "page")} of ${formatBytes(health.pageSize)}`,
    ],
    ["Disk needed", formatBytes(diskNeeded)],
    ["Also there", `${counted(views.length, "view")}, ${counted(triggers.length, "trigger")}`],
  ];
  return facts.flatMap(([name, value]) => wrap(`${name.padEnd(14)}${value}`, width, " ".repeat(14)));
};

const tableLines = ({ tables }: Inspection, width: number): string[] => [
  ...heading(`Tables (${formatCount(tables.length)})`),
  ...grid(
    [
      { title: "Table", least: 12 },
      { title: "Rows", align: "right" },
      { title: "Values", align: "right" },
      { title: "Columns", align: "right" },
      { title: "Kind" },
    ],
    tables.map(({ name, rows, bytes, columns, kind }) => [
      visible(name),
      formatCount(rows),
      formatBytes(bytes),
      formatCount(columns.length),
      kind,
    ]),
    width,
  ),
];

/** The largest, in the file's order. */
const largest = (tables: readonly InspectedTable[]): readonly InspectedTable[] => {
  if (tables.length <= DETAILED) return tables;
  const chosen = new Set([...tables].sort((a, b) => b.bytes - a.bytes).slice(0, DETAILED));
  return tables.filter((table) => chosen.has(table));
};

const columnLines = ({ name, columns }: InspectedTable, width: number): string[] => [
  ...heading(visible(name)),
  ...grid(
    [
      { title: "Column", least: 10 },
      { title: "Declared", least: 8 },
      { title: "Holds", least: 12 },
      { title: "NULL", align: "right" },
      { title: "PostgreSQL", least: 10 },
    ],
    columns.map((column) => [
      visible(column.name),
      visible(column.declared) || "(none)",
      visible(column.holds),
      formatCount(column.nulls),
      column.type,
    ]),
    width,
  ),
];

const findingLines = ({ findings }: Inspection, width: number): string[] =>
  findings.length === 0
    ? [...heading("Findings"), "none"]
    : [...heading("Findings"), ...groupFindings(findings).flatMap((group) => findingGroupLines(group, width))];
