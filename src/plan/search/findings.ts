/** What is said of each full-text table: what it becomes, what is only near to it, and what nobody can know. */
import type { FindingList } from "../findings.ts";
import type { FullText } from "./full-text.ts";
import type { PlanSearch } from "./model.ts";
import type { SearchWish } from "./wishes.ts";

/** That a full-text table is left behind, with the lines of landbridge.yaml that would keep its search. */
export const reportUnknown = ({ table, declaration }: FullText, why: string, findings: FindingList): void => {
  const columns = declaration.columns.flatMap(({ name, indexed }, at) =>
    indexed ? [`${name}: ${"ABCD"[at] ?? "D"}`] : [],
  );
  findings.add(
    "SEARCH_CONTENT_UNKNOWN",
    "warning",
    table.name,
    `a full-text table (${table.module}) becomes no search column: ${why}`,
    `Say in landbridge.yaml which columns hold the text: tables: { <table>: { search: { search_vector: { columns: { ${columns.join(", ")} }, replaces: ${table.name} } } } }`,
  );
};

/** The findings of a full-text table's translation. */
export const reportTranslated = (wish: SearchWish, search: PlanSearch, index: string, findings: FindingList): void => {
  const { source, draft } = wish;
  if (source === null) return;
  const weights = search.parts.map(({ target, weight }) => `${target} ${weight}`).join(", ");
  const where = `${draft.target}.${search.column}`;
  if (search.kind === "trigram")
    findings.add(
      "SEARCH_TRANSLATED",
      "info",
      source.name,
      `a full-text table of trigrams: ${search.indexes.length === 1 ? "an index" : "indexes"} on ${draft.target} (${search.parts.map(({ target }) => target).join(", ")}) for LIKE and ILIKE (pg_trgm) take its place`,
      `Queries with MATCH become ${source.declaration.tokenizer.caseSensitive ? "LIKE" : "ILIKE"} '%…%'; docs/search.md has the pairs.`,
    );
  else
    findings.add(
      "SEARCH_TRANSLATED",
      "info",
      source.name,
      `a full-text table (${source.declaration.module}): the column ${where} (tsvector of ${weights}; configuration ${search.configuration?.name}; ${search.kind === "trigger" ? "kept by a trigger" : "generated"})${index === "none" ? "" : ` with a ${index.toUpperCase()} index`} takes its place`,
      `Queries with MATCH become ${search.column} @@ websearch_to_tsquery('${search.configuration?.name}', …); docs/search.md has the pairs.`,
    );
};

/** What of the declaration has no exact equal. */
export const reportApproximations = (
  { table, declaration }: FullText,
  wish: SearchWish,
  findings: FindingList,
): void => {
  const { tokenizer, options } = declaration;
  const trigram = wish.configuration === null;
  const own = wish.configuration?.own ?? true;
  const remarks = own
    ? [
        tokenizer.tokenCharacters === ""
          ? ""
          : `tokenchars ${JSON.stringify(tokenizer.tokenCharacters)} part words here, and a search for such a word looks for its parts side by side`,
        tokenizer.separators === ""
          ? ""
          : `separators ${JSON.stringify(tokenizer.separators)} do not part words here unless they are punctuation`,
        tokenizer.categories === null
          ? ""
          : `categories ${JSON.stringify(tokenizer.categories)}: words are of letters and digits here`,
        KNOWN.has(tokenizer.name)
          ? ""
          : `the tokenizer ${tokenizer.name} is not SQLite's own: words are of letters and digits here`,
        trigram && tokenizer.removeDiacritics > 0
          ? "remove_diacritics: the index tells letters with diacritics from those without"
          : "",
      ].filter((remark) => remark !== "")
    : [];
  if (remarks.length > 0)
    findings.add(
      "SEARCH_TOKENIZER_APPROXIMATED",
      "warning",
      table.name,
      `words are not cut exactly as by its tokenizer: ${remarks.join("; ")}`,
      "The proof compares the results of both sides. Another configuration can be named by `language:` in landbridge.yaml.",
    );
  const language = options["languageid"];
  if (language !== undefined)
    findings.add(
      "SEARCH_LANGUAGE_COLUMN",
      "warning",
      table.name,
      `languageid ${JSON.stringify(language)}: the numbers that it keeps beside each row do not cross, and all rows are searched alike`,
      "Keep the language in an ordinary column, and search by `AND language = …`.",
    );
};

const KNOWN: ReadonlySet<string> = new Set(["unicode61", "ascii", "simple", "trigram"]);
