/** Search wishes as data of the plan: the column or its trigger, the indexes, and what the schema needs for them. */
import { refusal } from "../../errors.ts";
import { quoteIdentifier, quoteLiteral } from "../../target/quote.ts";
import type { TableDraft } from "../drafts/model.ts";
import type { Extras, ExtrasContext } from "../extras.ts";
import type { FindingList } from "../findings.ts";
import type { PlanAddedColumn } from "../model.ts";
import { Namespace } from "../names.ts";
import { newIndex } from "../new-index.ts";
import type { SearchConfiguration } from "./configuration.ts";
import { reportTranslated } from "./findings.ts";
import type { PlanSearch, PlanTextSearch } from "./model.ts";
import { quoted, textOf } from "./texts.ts";
import { type TriggerPart, triggerBody } from "./trigger.ts";
import type { SearchWish } from "./wishes.ts";

/**
 * Characters that surely fit into one tsvector, which holds 1,048,575 bytes: a word takes its own bytes, at most four a character,
 * and less than four more; two characters at least stand for it.
 */
const CHARACTERS = 250_000;

/** What full-text columns are called where the user does not say. */
const COLUMN = "search_vector";

export interface PlannedSearches extends Extras {
  readonly searches: readonly PlanSearch[];
  readonly textSearch: readonly PlanTextSearch[];
}

/**
 * The searches of one table.
 * @throws LandbridgeError NAMES_COLLIDE (refused) for a search that is called like another column in PostgreSQL
 */
export const planTableSearches = (
  wishes: readonly SearchWish[],
  { draft, names, findings, added, schema }: Pick<ExtrasContext, "draft" | "names" | "findings" | "added" | "schema">,
): PlannedSearches => {
  const columns = new Namespace();
  const others = new Set([...draft.columns, ...added].map(({ target }) => target));
  for (const target of others) columns.claim(target);
  const mine = wishes.filter((wish) => wish.draft === draft);
  for (const { name } of mine) {
    if (name === null) continue;
    if (others.has(name)) throw collision(draft.table.name, name);
    columns.claim(name);
  }
  const planned = mine.flatMap((wish): PlannedSearches[] => {
    const parts = searchable(wish, findings);
    // Each of them has been said to have no text.
    if (parts.length === 0) return [];
    const context = { columns, names, findings, schema };
    return [
      wish.configuration === null
        ? planTrigrams(wish, parts, context)
        : planColumn(wish, wish.configuration, parts, context),
    ];
  });
  return {
    added: planned.flatMap((one) => one.added),
    indexes: planned.flatMap((one) => one.indexes),
    extensions: planned.flatMap((one) => one.extensions),
    searches: planned.flatMap((one) => one.searches),
    textSearch: planned.flatMap((one) => one.textSearch),
  };
};

const collision = (table: string, name: string) =>
  refusal({
    code: "NAMES_COLLIDE",
    message: `columns of "${table}": a search is to be called "${name}", but another column is called so in PostgreSQL.`,
    remedy: "Give one of them another name in landbridge.yaml.",
  });

interface Context {
  readonly columns: Namespace;
  readonly names: Namespace;
  readonly findings: FindingList;
  readonly schema: string;
}

type Part = TriggerPart & { readonly source: string; readonly quoted: string; readonly characters: number };

const searchable = ({ draft, parts, source, name }: SearchWish, findings: FindingList): Part[] =>
  parts.flatMap(({ column, weight }): Part[] => {
    const text = textOf(column, source !== null && name === null);
    if (text !== null)
      return [
        {
          ...{ target: column.target, source: column.column.name, weight, text, quoted: quoted(column) },
          characters: column.profile.maxCharacters,
        },
      ];
    findings.add(
      "SEARCH_COLUMN_LEFT_OUT",
      "warning",
      `${draft.table.name}.${column.column.name}`,
      `its values (${column.choice.type.name}) have no text, so they are not searched`,
      "Give it the type text in landbridge.yaml if it holds text.",
    );
    return [];
  });

const planColumn = (
  wish: SearchWish,
  configuration: SearchConfiguration,
  parts: readonly Part[],
  { columns, names, findings, schema }: Context,
): PlannedSearches => {
  const { draft, index } = wish;
  const column = wish.name ?? columns.claim(COLUMN);
  const share = Math.floor(CHARACTERS / Math.max(1, parts.length));
  const tooLong = parts.filter(({ characters }) => characters > share);
  const kind = tooLong.length === 0 && parts.every(({ text }) => text.immutable) ? "generated" : "trigger";
  const name = index === "none" ? null : names.claim(`${draft.target}_${column}_idx`);
  const search: PlanSearch = {
    source: wish.source?.name ?? null,
    kind,
    column,
    configuration: { name: configuration.name, own: configuration.own },
    parts: parts.map(({ target, source, weight }) => ({ target, source, weight })),
    words: configuration.words?.function ?? null,
    trigger:
      kind === "generated"
        ? null
        : {
            name: names.claim(`${draft.target}_${column}_fill`),
            columns: parts.map(({ target }) => target),
            body: triggerBody(column, parts, configuration, { schema, characters: share }),
          },
    indexes: name === null ? [] : [name],
    compare: comparisonOf(wish),
  };
  if (tooLong.length > 0) reportLong(draft, column, tooLong, share, findings);
  reportTranslated(wish, search, index, findings);
  return {
    added: [addedColumn(search, kind === "generated" ? generatedSql(parts, configuration, share) : null)],
    indexes: name === null || index === "none" ? [] : [newIndex(name, index, [quoteIdentifier(column)])],
    extensions: configuration.extensions,
    searches: [search],
    textSearch: configuration.objects,
  };
};

const addedColumn = ({ source, column, kind, parts }: PlanSearch, generated: string | null): PlanAddedColumn => ({
  ...{ target: column ?? "", type: "tsvector", notNull: false, default: null, generated },
  reason: `${source === null ? "full-text search by landbridge.yaml" : `full-text search in place of ${source}`} over ${parts.map(({ target }) => target).join(", ")}${kind === "trigger" ? ", filled by a trigger" : ""}`,
});

const generatedSql = (parts: readonly Part[], configuration: SearchConfiguration, share: number): string =>
  parts
    .map(({ quoted: column, weight, text }) => `setweight(${partSql(column, text, configuration, share)}, '${weight}')`)
    .join(" || ");

/** One part's vector. Nothing of it is NULL, because that would empty the others. */
const partSql = (column: string, text: Part["text"], configuration: SearchConfiguration, share: number): string => {
  const name = quoteLiteral(configuration.name);
  if (text.kind === "documents") return `jsonb_to_tsvector(${name}, coalesce(${column}::jsonb, '[]'), '["string"]')`;
  const plain = `left(coalesce(${text.sql(column)}, ''), ${share})`;
  return `to_tsvector(${name}, ${configuration.words === null ? plain : `${configuration.words.function}(${plain})`})`;
};

const planTrigrams = (wish: SearchWish, parts: readonly Part[], { names, findings }: Context): PlannedSearches => {
  const { draft } = wish;
  const indexes = parts
    .filter(({ text }) => text.kind === "plain" && text.immutable)
    .map(({ target, quoted: column, text }) => {
      const sql = text.sql(column);
      const element = sql === column ? column : `(${sql})`;
      return newIndex(names.claim(`${draft.target}_${target}_trgm`), "gin", [`${element} gin_trgm_ops`]);
    });
  const search: PlanSearch = {
    ...{
      source: wish.source?.name ?? null,
      kind: "trigram",
      column: null,
      configuration: null,
      words: null,
      trigger: null,
    },
    parts: parts.map(({ target, source, weight }) => ({ target, source, weight })),
    indexes: indexes.map(({ name }) => name),
    compare: comparisonOf(wish),
  };
  reportTranslated(wish, search, "gin", findings);
  return { added: [], indexes, extensions: ["pg_trgm"], searches: [search], textSearch: [] };
};

const comparisonOf = ({ source }: SearchWish): PlanSearch["compare"] =>
  source === null || source.rowid === null ? null : { declaration: source.declaration, rowid: source.rowid };

const reportLong = (
  { table }: TableDraft,
  column: string,
  parts: readonly Part[],
  share: number,
  findings: FindingList,
): void =>
  findings.add(
    "SEARCH_LONG_TEXTS",
    "info",
    `${table.name}.${parts.map(({ source }) => source).join(", ")}`,
    `texts of up to ${Math.max(...parts.map(({ characters }) => characters))} characters may be more than one tsvector holds (1 MB): a trigger fills ${column}, and of a row that does not fit, the first ${share} characters of each column are searched`,
    "Nothing to do; the rows themselves cross whole. Cut long documents into parts to search all of them.",
    parts.length,
  );

/** Each object once, dictionaries before the configurations that name them. */
export const distinctTextSearch = (objects: readonly PlanTextSearch[]): PlanTextSearch[] => {
  const order = ["dictionary", "configuration", "function"];
  const byName = new Map(objects.map((one) => [`${one.kind} ${one.name}`, one]));
  return [...byName.values()].sort(
    (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (a.name < b.name ? -1 : 1),
  );
};
