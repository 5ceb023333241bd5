/**
 * Where the text of a full-text table is in PostgreSQL: in the table's own rows, in those of its content table, or, where it
 * keeps no text, in the rows of the table whose triggers feed it.
 */

import { fold } from "../../source/fold.ts";
import type { Catalogue, SourceTable } from "../../source/model.ts";
import { quoteSqlite } from "../../source/quote.ts";
import { readSearchDeclaration } from "../../source/search/declaration.ts";
import { feedOf, type SearchFeed } from "../../source/search/feed.ts";
import type { SearchDeclaration } from "../../source/search/model.ts";
import { type ColumnDraft, columnOf, sameName, type TableDraft } from "../drafts/model.ts";
import { configurationOf } from "./configuration.ts";
import { type SearchWish, weightAt } from "./wishes.ts";

export interface FullText {
  readonly table: SourceTable;
  readonly declaration: SearchDeclaration;
  readonly found: SearchWish | { readonly unknown: string };
}

/** Every full-text table of the catalogue with what it becomes, or why nobody can say. */
export const fullTextTables = (catalogue: Catalogue, drafts: readonly TableDraft[]): FullText[] =>
  catalogue.tables.flatMap((table): FullText[] => {
    const declaration = table.kind === "shadow" ? null : readSearchDeclaration(table.sql);
    return declaration === null ? [] : [{ table, declaration, found: locate(table, declaration, catalogue, drafts) }];
  });

const locate = (
  table: SourceTable,
  declaration: SearchDeclaration,
  catalogue: Catalogue,
  drafts: readonly TableDraft[],
): FullText["found"] => {
  const columns = table.columns.filter(({ name }) => name !== "rowid" || declared(declaration, name));
  const indexed = columns.filter(({ name }) => isIndexed(declaration, name)).map(({ name }) => name);
  const { content } = declaration;
  const wish = (draft: TableDraft, names: readonly string[], rowid: string | null): FullText["found"] => {
    const parts = names.map((name) => columnOf(draft, name));
    const missing = names.filter((_, i) => parts[i] === undefined);
    if (missing.length > 0) return { unknown: `${draft.table.name} has no column ${missing.join(", ")} that crosses` };
    return {
      source: { name: table.name, declaration, rowid },
      draft,
      parts: parts.map((column, i) => ({ column: column as ColumnDraft, weight: weightAt(i) })),
      configuration: declaration.tokenizer.name === "trigram" ? null : configurationOf(declaration.tokenizer),
      ...{ name: null, index: "gin" },
    };
  };
  if (content.kind === "own") {
    const draft = draftOf(drafts, table.name);
    return draft === undefined ? { unknown: "its rows do not cross" } : wish(draft, indexed, "NEW.rowid");
  }
  if (content.kind === "external") {
    const draft = draftOf(drafts, content.table);
    if (draft !== undefined) return wish(draft, indexed, `NEW.${quoteSqlite(content.rowid)}`);
    const isView = catalogue.views.some(({ name }) => sameName(name, content.table));
    return {
      unknown: `its content is ${isView ? "the view" : "in"} ${content.table}, ${isView ? "which holds no rows itself" : "which does not cross"}`,
    };
  }
  const feed = feedOf(
    catalogue.triggers,
    table.name,
    columns.map(({ name }) => name),
  );
  return feed === null ? bySameNames(table.name, indexed, drafts, wish) : byFeed(feed, indexed, drafts, wish);
};

type MakeWish = (draft: TableDraft, names: readonly string[], rowid: string | null) => FullText["found"];

const byFeed = (
  feed: SearchFeed,
  indexed: readonly string[],
  drafts: readonly TableDraft[],
  wish: MakeWish,
): FullText["found"] => {
  const draft = draftOf(drafts, feed.table);
  if (draft === undefined) return { unknown: `its triggers take the text from ${feed.table}, which does not cross` };
  const names = indexed.map((name) => [...feed.columns].find(([own]) => sameName(own, name))?.[1] ?? null);
  const computed = indexed.filter((_, i) => names[i] === null);
  if (computed.length > 0)
    return {
      unknown: `its triggers on ${feed.table} compute the text of ${computed.join(", ")} from more than one column or row`,
    };
  return wish(draft, names as string[], feed.rowid);
};

/**
 * No trigger says it: the one table that has all the columns, by their names. One column alone shows it only where the table's
 * name begins that of the full-text table.
 */
const bySameNames = (
  own: string,
  indexed: readonly string[],
  drafts: readonly TableDraft[],
  wish: MakeWish,
): FullText["found"] => {
  const candidates = drafts.filter(
    (draft) =>
      draft.table.module === null &&
      indexed.every((name) => columnOf(draft, name) !== undefined) &&
      (indexed.length > 1 || (indexed.length === 1 && fold(own).startsWith(fold(draft.table.name)))),
  );
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return wish(only, indexed, null);
  const why =
    candidates.length === 0
      ? `no table can be told by its columns (${indexed.join(", ")})`
      : `${candidates.map(({ table }) => table.name).join(", ")} all have columns of these names`;
  return { unknown: `it keeps no text, no trigger feeds it, and ${why}` };
};

const draftOf = (drafts: readonly TableDraft[], name: string): TableDraft | undefined =>
  drafts.find(({ table }) => sameName(table.name, name));

const declared = (declaration: SearchDeclaration, name: string): boolean =>
  declaration.columns.some((column) => sameName(column.name, name));

/** FTS4 may take its columns from its content table: then all of them. */
const isIndexed = (declaration: SearchDeclaration, name: string): boolean =>
  declaration.columns.find((column) => sameName(column.name, name))?.indexed ?? true;
