/** WITH: common tables, plain and recursive. */
import { fold } from "../../source/fold.ts";
import { quoteIdentifier } from "../../target/quote.ts";
import type { CommonTable, Select } from "./ast.ts";
import type { Level, Relation } from "./relations.ts";
import { translateSelect } from "./select.ts";
import type { Environment } from "./select-core.ts";
import { refuse } from "./untranslatable.ts";

/** How relations are found, and where notes go. */
export type Resolver = Pick<Environment, "relation" | "notes" | "doubts">;

/** WITH: each table sees those before it, and itself where it is recursive. */
export const withClause = (
  tables: readonly CommonTable[],
  resolver: Resolver,
  outer: readonly Level[],
): { clause: string; resolver: Resolver } => {
  if (tables.length === 0) return { clause: "", resolver };
  const known = new Map<string, Relation>();
  const inner: Resolver = { ...resolver, relation: (name) => known.get(fold(name)) ?? resolver.relation(name) };
  let recursive = false;
  const parts = tables.map((table) => {
    const own = table.select.rest.length > 0 ? recursiveRelation(table, inner, outer, known) : null;
    recursive ||= own !== null;
    const { sql, relation } = translateSelect(table.select, inner, outer, table.columns);
    if (own !== null && !sameColumns(own, relation)) refuse("a recursive table's arms have different types");
    known.set(fold(table.name), { ...relation, target: table.name });
    const names = [...relation.columns.values()].map(({ target }) => quoteIdentifier(target)).join(", ");
    return `${quoteIdentifier(table.name)} (${names}) AS (${sql})`;
  });
  return { clause: `WITH ${recursive ? "RECURSIVE " : ""}${parts.join(", ")} `, resolver: inner };
};

/** For a table that reads itself: its columns by the first arm, made known before the whole is translated. */
const recursiveRelation = (
  table: CommonTable,
  resolver: Resolver,
  outer: readonly Level[],
  known: Map<string, Relation>,
): Relation | null => {
  const name = fold(table.name);
  if (!table.select.rest.some(({ core }) => reads(core.from, name))) return null;
  const { select } = table;
  if (
    select.rest.length !== 1 ||
    !/^UNION/.test(select.rest[0]!.operator) ||
    select.orderBy.length > 0 ||
    select.limit !== null
  ) {
    return refuse("a recursive table of more than two arms, or with ORDER BY or LIMIT");
  }
  const first: Select = { ...select, rest: [] };
  const { relation } = translateSelect(first, resolver, outer, table.columns);
  known.set(name, { ...relation, target: table.name });
  return relation;
};

/** Whether a FROM clause names a relation, at any depth. */
const reads = (node: unknown, name: string): boolean => {
  if (typeof node !== "object" || node === null) return false;
  if ("from" in node && node.from === "table" && "name" in node && fold(String(node.name)) === name) return true;
  return Object.values(node).some((part) => reads(part, name));
};

const sameColumns = (left: Relation, right: Relation): boolean => {
  const kinds = ({ columns }: Relation): string =>
    [...columns.values()].map(({ kind, form }) => `${kind} ${form.kind}`).join();
  return kinds(left) === kinds(right);
};
