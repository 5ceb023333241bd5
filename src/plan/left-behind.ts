/** What does not cross as it is: triggers and virtual tables. Each is named; none is dropped in silence. */
import type { Catalogue, SourceTable } from "../source/model.ts";
import type { FindingList } from "./findings.ts";

const SEARCH = /^fts[345]$/;
const VECTOR = /^vec0$|^vss0$/;

const describeVirtual = (table: SourceTable): readonly [code: string, message: string, remedy: string] => {
  if (SEARCH.test(table.module ?? ""))
    return [
      "SEARCH_TABLE",
      `a full-text search table (${table.module}); its shadow tables are not data and are not copied`,
      "Translation to a tsvector column with a GIN index is coming; until then build one on the table it searches (docs/types.md).",
    ];
  if (VECTOR.test(table.module ?? ""))
    return [
      "VECTOR_TABLE",
      `a vector table (${table.module}); its shadow tables are not copied`,
      "Translation to pgvector is coming; until then keep the embeddings in an ordinary table beside it.",
    ];
  return [
    "VIRTUAL_TABLE",
    `a virtual table of the module ${table.module ?? "unknown"}; its content belongs to that module`,
    "Copy what you need of it into an ordinary table in the source.",
  ];
};

/** Adds a finding for each trigger and virtual table; gives the virtual tables as skipped. */
export const reportLeftBehind = (catalogue: Catalogue, findings: FindingList): { source: string; reason: string }[] => {
  for (const trigger of catalogue.triggers)
    findings.add(
      "TRIGGER_NOT_TRANSLATED",
      "warning",
      `trigger ${trigger.name} on ${trigger.table}`,
      `triggers are never translated in silence; it was: ${trigger.sql}`,
      "Rewrite it in PL/pgSQL if the application relies on it.",
    );
  return catalogue.tables
    .filter(({ kind }) => kind === "virtual")
    .map((table) => {
      const [code, message, remedy] = describeVirtual(table);
      findings.add(code, "warning", table.name, message, remedy);
      return { source: table.name, reason: message };
    });
};
