/** PostgreSQL's side: the same question to the search column, or to the columns that have an index for LIKE. */
import type { Client } from "pg";
import type { PlanColumn, PlanTable } from "../../plan/model.ts";
import type { PlanSearch } from "../../plan/search/model.ts";
import { qualified, quoteIdentifier, quoteLiteral } from "../../target/quote.ts";
import { likeOf, type Question, tsqueryOf } from "./queries.ts";
import { KEY_SEPARATOR } from "./source.ts";

export interface SearchedTable {
  readonly client: Client;
  /** Qualified. */
  readonly relation: string;
  /** Where text search configurations lie. */
  readonly schema: string;
  readonly table: PlanTable;
  readonly search: PlanSearch;
  readonly key: readonly PlanColumn[];
}

const keySql = (key: readonly PlanColumn[]): string =>
  key
    .map(({ target, form }) => {
      const text = `${quoteIdentifier(target)}::text`;
      return form.kind === "uuid" ? `replace(${text}, '-', '')` : text;
    })
    .join(` || ${quoteLiteral(KEY_SEPARATOR)} || `);

/** Keys of the rows that it finds. */
export const foundKeys = async (
  { client, relation, schema, search, key }: SearchedTable,
  question: Question,
): Promise<ReadonlySet<string>> => {
  const condition =
    search.column === null
      ? search.parts.map(({ target }) => likeSql(target, search, question)).join(" OR ")
      : `${quoteIdentifier(search.column)} @@ (${tsqueryOf(question, search, schema)})`;
  const { rows } = await client.query<{ key: string }>(
    `SELECT ${keySql(key)} AS key FROM ${relation} WHERE ${condition}`,
  );
  return new Set(rows.map((row) => row.key));
};

const likeSql = (target: string, { compare }: PlanSearch, question: Question): string => {
  const operator = compare?.declaration.tokenizer.caseSensitive ? "LIKE" : "ILIKE";
  return `${quoteIdentifier(target)}::text ${operator} ${likeOf(question)}`;
};

/** Of these keys, those of rows that are there: a rejected row is no difference of search. */
export const presentKeys = async (
  { client, relation, key }: SearchedTable,
  keys: readonly string[],
): Promise<ReadonlySet<string>> => {
  const { rows } = await client.query<{ key: string }>(
    `SELECT ${keySql(key)} AS key FROM ${relation} WHERE ${keySql(key)} = ANY ($1::text[])`,
    [keys],
  );
  return new Set(rows.map((row) => row.key));
};

/** How PostgreSQL reads the question and a text: whether any word is left of the one, and what the other is cut into. */
export const readingOf = async (
  { client, schema, search }: SearchedTable,
  question: Question,
  text: string,
): Promise<{
  readonly nodes: number;
  readonly lexemes: readonly string[];
  readonly tokens: readonly { kind: string; token: string }[];
}> => {
  const query = tsqueryOf(question, search, schema);
  const words = search.words === null ? "$1::text" : `${qualified(schema, search.words)}($1)`;
  const { rows } = await client.query<{ nodes: number; query: string }>(
    `SELECT numnode(q) AS nodes, q::text AS query FROM (SELECT ${query} AS q) s`,
  );
  const tokens = await client.query<{ kind: string; token: string }>(
    `SELECT t.alias AS kind, p.token FROM ts_parse('default', ${words}) p JOIN ts_token_type('default') t USING (tokid)`,
    [text],
  );
  return {
    nodes: rows[0]!.nodes,
    lexemes: [...rows[0]!.query.matchAll(/'((?:[^']|'')*)'/g)].map(([, lexeme]) => lexeme!.replaceAll("''", "'")),
    tokens: tokens.rows,
  };
};

/** Rows whose search column is empty: none of them should be. */
export const emptyRows = async (client: Client, relation: string, column: string): Promise<number> => {
  const { rows } = await client.query<{ empty: string }>(
    `SELECT count(*) AS empty FROM ${relation} WHERE ${quoteIdentifier(column)} IS NULL`,
  );
  return Number(rows[0]!.empty);
};
