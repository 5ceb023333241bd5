/** Brings together what the source searches by itself and what the user wants searched. */
import { usageError } from "../../errors.ts";
import type { Catalogue } from "../../source/model.ts";
import type { Config, SearchConfigs } from "../config.ts";
import { columnOf, sameName, type TableDraft } from "../drafts/model.ts";
import type { FindingList } from "../findings.ts";
import { nearest } from "../nearest.ts";
import { configurationOf, namedConfiguration } from "./configuration.ts";
import { reportApproximations, reportUnknown } from "./findings.ts";
import { type FullText, fullTextTables } from "./full-text.ts";
import type { SearchWish } from "./wishes.ts";

export interface ResolvedSearches {
  /** In the order of the user's word, then of the source. */
  readonly wishes: readonly SearchWish[];
  /** What the plan says of each full-text table that does not cross as rows, by its name. */
  readonly fates: ReadonlyMap<string, string>;
}

type SearchConfig = SearchConfigs[string];

/**
 * @param leftOut names of tables that the user left out
 * @throws LandbridgeError CONFIG_UNKNOWN_NAME (exit 2) for a search over a table, a column or a full-text table that there is not
 */
export const resolveSearches = (
  catalogue: Catalogue,
  config: Config,
  drafts: readonly TableDraft[],
  leftOut: ReadonlySet<string>,
  findings: FindingList,
): ResolvedSearches => {
  const fullTexts = fullTextTables(catalogue, drafts).filter(({ table }) => !leftOut.has(table.name));
  const configured = Object.entries(config.tables ?? {}).flatMap(([name, { search }]) =>
    search === undefined || leftOut.has(name) ? [] : configuredWishes(name, search, drafts, fullTexts),
  );
  const replaced = new Set(configured.flatMap(({ source }) => (source === null ? [] : [source.name])));
  const fates = new Map<string, string>();
  const wishes: SearchWish[] = [...configured];
  for (const one of fullTexts) {
    const { table, found } = one;
    const wish = configured.find(({ source }) => source?.name === table.name) ?? found;
    if ("unknown" in wish) {
      fates.set(table.name, `a full-text index (${one.declaration.module}) whose text is not known: ${wish.unknown}`);
      reportUnknown(one, wish.unknown, findings);
      continue;
    }
    fates.set(
      table.name,
      `a full-text index (${one.declaration.module}) over ${wish.draft.table.name}, which has a search column in its place`,
    );
    if (!replaced.has(table.name)) wishes.push(wish);
    reportApproximations(one, wish, findings);
  }
  return { wishes, fates };
};

const configuredWishes = (
  name: string,
  searches: SearchConfigs,
  drafts: readonly TableDraft[],
  fullTexts: readonly FullText[],
): SearchWish[] => {
  const draft = drafts.find(({ table }) => sameName(table.name, name));
  if (draft === undefined)
    throw usageError({
      code: "CONFIG_UNKNOWN_NAME",
      message: `tables.${name}.search: the rows of ${name} do not cross, so there is nothing to search in it.`,
      remedy: "Say it of the table that holds the text; `replaces:` names the full-text table that it stands for.",
    });
  const taken = Object.values(searches).flatMap(({ replaces }) => (replaces === undefined ? [] : [replaces]));
  const free = fullTexts.filter(
    ({ table, found }) =>
      "draft" in found && found.draft === draft && !taken.some((other) => sameName(other, table.name)),
  );
  const silent = Object.entries(searches).filter(([, { replaces }]) => replaces === undefined);
  return Object.entries(searches).map(([column, given]) => {
    const fullText =
      given.replaces === undefined
        ? impliedBy(column, silent, free)
        : named(given.replaces, fullTexts, `tables.${name}.search.${column}`);
    return configuredWish(column, given, draft, fullText);
  });
};

/** The one full-text table of the same rows, for the only search that may stand for it, or the only one with all its columns. */
const impliedBy = (
  search: string,
  silent: readonly (readonly [string, SearchConfig])[],
  [only, ...others]: readonly FullText[],
): FullText | undefined => {
  if (only === undefined || others.length > 0) return undefined;
  const parts = "draft" in only.found ? only.found.parts : [];
  const covers = ([, { columns }]: readonly [string, SearchConfig]): boolean =>
    parts.every(({ column }) => Object.keys(columns).some((name) => sameName(name, column.column.name)));
  const candidates = silent.length === 1 ? silent : silent.filter(covers);
  return candidates.length === 1 && candidates[0]?.[0] === search ? only : undefined;
};

const named = (name: string, fullTexts: readonly FullText[], where: string): FullText => {
  const found = fullTexts.find(({ table }) => sameName(table.name, name));
  if (found !== undefined) return found;
  const known = fullTexts.map(({ table }) => table.name);
  const guess = nearest(name, known);
  throw usageError({
    code: "CONFIG_UNKNOWN_NAME",
    message: `${where}: the source has no full-text table "${name}" that could be replaced.`,
    remedy: guess ? `Did you mean "${guess}"?` : `Full-text tables: ${known.join(", ") || "none"}.`,
  });
};

const configuredWish = (
  name: string,
  given: SearchConfig,
  draft: TableDraft,
  fullText: FullText | undefined,
): SearchWish => {
  const tokenizer = fullText?.declaration.tokenizer;
  const standing = tokenizer === undefined || tokenizer.name === "trigram" ? null : configurationOf(tokenizer);
  return {
    source: fullText === undefined ? null : sourceOf(fullText, draft),
    draft,
    parts: Object.entries(given.columns).map(([column, weight]) => ({ column: partOf(draft, column, name), weight })),
    configuration:
      given.language === undefined ? (standing ?? namedConfiguration("simple")) : namedConfiguration(given.language),
    name,
    index: given.index ?? "gin",
  };
};

/** Results are compared where the full-text table's rows are known to be this table's. */
const sourceOf = ({ table, declaration, found }: FullText, draft: TableDraft): SearchWish["source"] => ({
  ...{ name: table.name, declaration },
  rowid: "draft" in found && found.draft === draft ? (found.source?.rowid ?? null) : null,
});

const partOf = (draft: TableDraft, column: string, search: string) => {
  const part = columnOf(draft, column);
  if (part !== undefined) return part;
  const known = draft.columns.map((one) => one.column.name);
  const guess = nearest(column, known);
  throw usageError({
    code: "CONFIG_UNKNOWN_NAME",
    message: `tables.${draft.table.name}.search.${search}: the column "${column}" is named by you, but ${draft.table.name} has none that crosses.`,
    remedy: guess ? `Did you mean "${guess}"?` : `Known: ${known.slice(0, 20).join(", ")}.`,
  });
};
