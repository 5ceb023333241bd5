/** What does not cross as it is: virtual tables. Each is named; none is dropped in silence. */
import type { Severity } from "../findings.ts";
import type { Catalogue, SourceTable } from "../source/model.ts";
import type { FindingList } from "./findings.ts";
import { isSpatial } from "./spatial.ts";

const VECTOR = /^(vec0|vss0)$/;
/** Modules whose tables show what is kept elsewhere: nothing is lost without them. */
const DERIVED = /^(fts5vocab|fts4aux|fts3tokenize|virtualspatialindex|dbstat|sqlite_\w+|csv|generate_series)$/;

type Remark = readonly [code: string, severity: Severity, message: string, remedy: string];

const describeVirtual = (table: SourceTable): Remark => {
  const module = table.module ?? "unknown";
  if (VECTOR.test(module))
    return [
      "VECTOR_TABLE",
      "error",
      `a vector table (${module}) of a kind that is not understood: an index that shortens or groups its vectors, or a later version`,
      "Copy its vectors into an ordinary table in the source, as blobs of float32, or leave it out knowingly with `skip: true`.",
    ];
  return [
    "VIRTUAL_TABLE",
    DERIVED.test(module) ? "warning" : "error",
    `a virtual table of the module ${module}${DERIVED.test(module) ? ", which shows what is kept elsewhere" : "; its content belongs to that module and does not cross"}`,
    "Copy what you need of it into an ordinary table in the source, or leave it out knowingly with `skip: true`.",
  ];
};

/** A vector table whose rows cross as those of a plain table. */
const describeAsRows = (table: SourceTable): Remark => [
  "VECTOR_TABLE_AS_ROWS",
  "info",
  `a vector table (${table.module}): its rows cross as a plain table, with their vectors`,
  "Queries with MATCH become ORDER BY a distance with LIMIT: docs/vectors.md has the pairs.",
];

/**
 * Adds a finding for each virtual table; of full-text tables and R*Trees, what they become has been said.
 * @param leftOut names that the user left out, which need no finding
 * @param searched what becomes of each full-text table, by its name
 * @returns the virtual tables that do not cross
 */
export const reportLeftBehind = (
  catalogue: Catalogue,
  leftOut: ReadonlySet<string>,
  searched: ReadonlyMap<string, string>,
  findings: FindingList,
): { source: string; reason: string }[] => {
  return catalogue.tables
    .filter(({ name, module, kind }) => module !== null && kind !== "shadow" && !leftOut.has(name))
    .flatMap((table) => {
      const fate = searched.get(table.name);
      if (fate !== undefined) return table.kind === "table" ? [] : [{ source: table.name, reason: fate }];
      if (isSpatial(table.module) && table.kind === "table") return [];
      const [code, severity, message, remedy] = table.kind === "table" ? describeAsRows(table) : describeVirtual(table);
      findings.add(code, severity, table.name, message, remedy);
      return table.kind === "table" ? [] : [{ source: table.name, reason: message }];
    });
};
