/** What does not cross as it is: virtual tables. Each is named; none is dropped in silence. */
import type { Severity } from "../findings.ts";
import type { Catalogue, SourceTable } from "../source/model.ts";
import type { FindingList } from "./findings.ts";

const SEARCH = /^fts[345]$/;
const VECTOR = /^(vec0|vss0)$/;
const SPACE = /^rtree/;
/** Modules whose tables show what is kept elsewhere: nothing is lost without them. */
const DERIVED = /^(fts5vocab|fts4aux|fts3tokenize|virtualspatialindex|dbstat|sqlite_\w+|csv|generate_series)$/;

type Remark = readonly [code: string, severity: Severity, message: string, remedy: string];

const describeVirtual = (table: SourceTable): Remark => {
  const module = table.module ?? "unknown";
  if (SEARCH.test(module))
    return [
      "SEARCH_TABLE",
      "warning",
      `a full-text search table (${module}) without content of its own: an index over other rows, which do cross`,
      "Translation to a tsvector column with a GIN index is coming; until then build one on the table that it searches.",
    ];
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

/** A virtual table whose rows cross as those of a plain table. */
const describeAsRows = (table: SourceTable): Remark => {
  if (VECTOR.test(table.module ?? ""))
    return [
      "VECTOR_TABLE_AS_ROWS",
      "info",
      `a vector table (${table.module}): its rows cross as a plain table, with their vectors`,
      "Queries with MATCH become ORDER BY a distance with LIMIT: docs/vectors.md has the pairs.",
    ];
  return describeOtherAsRows(table);
};

const describeOtherAsRows = (table: SourceTable): Remark =>
  SPACE.test(table.module ?? "")
    ? [
        "RTREE_AS_ROWS",
        "warning",
        "an R*Tree: its rows cross as a plain table, without the index over their boxes",
        "Add a GiST index by hand where the application searches by area.",
      ]
    : [
        "SEARCH_TABLE_AS_ROWS",
        "warning",
        `a full-text search table (${table.module}) with content of its own: its rows cross as a plain table, keyed by their rowid, without the search index`,
        "Translation to a tsvector column with a GIN index is coming; until then add one by hand.",
      ];

/**
 * Adds a finding for each virtual table.
 * @param crossing names of the tables that cross · @param leftOut names that the user left out, which need no finding
 * @returns the virtual tables that do not cross
 */
export const reportLeftBehind = (
  catalogue: Catalogue,
  leftOut: ReadonlySet<string>,
  findings: FindingList,
): { source: string; reason: string }[] => {
  return catalogue.tables
    .filter(({ name, module, kind }) => module !== null && kind !== "shadow" && !leftOut.has(name))
    .flatMap((table) => {
      const [code, severity, message, remedy] = table.kind === "table" ? describeAsRows(table) : describeVirtual(table);
      findings.add(code, severity, table.name, message, remedy);
      return table.kind === "table" ? [] : [{ source: table.name, reason: message }];
    });
};
