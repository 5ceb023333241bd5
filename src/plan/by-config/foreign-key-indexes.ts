/**
 * Foreign keys without an index on their own side: each delete of a parent row, and each join from it, reads the whole child.
 * SQLite has the same trouble; PostgreSQL makes no such index by itself either.
 */
import { quoteIdentifier } from "../../target/quote.ts";
import { isAccepted } from "../accept.ts";
import type { Config } from "../config.ts";
import type { FindingList } from "../findings.ts";
import type { PlanForeignKey, PlanIndex, PlanTable } from "../model.ts";
import type { Namespace } from "../names.ts";
import { newIndex } from "../new-index.ts";

interface Context {
  readonly names: Namespace;
  readonly findings: FindingList;
  readonly accept: Config["accept"];
}

const CODE = "FK_WITHOUT_INDEX";

/** The table with an index for each foreign key that lacks one, where the user accepts that; else a suggestion for each. */
export const indexForeignKeys = (table: PlanTable, { names, findings, accept }: Context): PlanTable => {
  const taken = isAccepted(accept, CODE);
  const added: PlanIndex[] = [];
  for (const key of table.foreignKeys) {
    if (isIndexed({ ...table, indexes: [...table.indexes, ...added] }, key)) continue;
    const sources = sourcesOf(table, key);
    const where = sources.length === 1 ? `${table.source}.${sources[0]}` : table.source;
    const what = `the foreign key (${sources.join(", ")}) to ${key.parent} has no index: a delete there, and a join from there, reads all of ${table.source}`;
    if (taken) {
      added.push(indexOver(table, key.columns, names));
      findings.add(CODE, "info", where, `${what}; an index is added`, "Accepted by you.", table.rows);
    } else
      findings.add(
        CODE,
        "suggestion",
        where,
        what,
        `--accept ${CODE}, or in landbridge.yaml: \`${indexAsYaml(table.source, sources)}\``,
        table.rows,
      );
  }
  return added.length === 0 ? table : { ...table, indexes: [...table.indexes, ...added] };
};

const sourcesOf = (table: PlanTable, key: PlanForeignKey): string[] =>
  key.columns.map((name) => table.columns.find(({ target }) => target === name)?.source ?? name);

/** The source columns of each foreign key that no index begins with. */
export const unindexedForeignKeys = (table: PlanTable): string[][] =>
  table.foreignKeys.filter((key) => !isIndexed(table, key)).map((key) => sourcesOf(table, key));

/** One line of landbridge.yaml (flow style, which JSON is part of). */
const indexAsYaml = (table: string, columns: readonly string[]): string =>
  `tables: { ${JSON.stringify(table)}: { indexes: [{ columns: [${columns.map((name) => JSON.stringify(name)).join(", ")}] }] } }`;

const indexOver = (table: PlanTable, columns: readonly string[], names: Namespace): PlanIndex =>
  newIndex(names.claim(`${table.target}_${columns.join("_")}_idx`), "btree", columns.map(quoteIdentifier));

/** True where a whole index begins with the key's columns, in whatever order among themselves. */
const isIndexed = (table: PlanTable, { columns }: PlanForeignKey): boolean => {
  const wanted = new Set(columns.map(quoteIdentifier));
  const leads = (elements: readonly string[]): boolean => {
    const first = elements
      .slice(0, wanted.size)
      .map((element) => element.replace(/(?<=")( ASC| DESC| NULLS \w+)+$/, ""));
    return first.length === wanted.size && first.every((element) => wanted.has(element));
  };
  const keys = table.primaryKey === null ? table.uniques : [table.primaryKey, ...table.uniques];
  return (
    keys.some((key) => leads(key.columns.map(quoteIdentifier))) ||
    table.indexes.some(
      ({ method, where, elements }) =>
        where === null && (method === "btree" || (method === "hash" && wanted.size === 1)) && leads(elements),
    )
  );
};
