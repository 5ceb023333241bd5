/** Which extension a type, an operator class or a function comes from: what ships with PostgreSQL, pgvector and PostGIS. */

const TYPES: readonly (readonly [RegExp, string])[] = [
  [/^citext\b/i, "citext"],
  [/^(cube)\b/i, "cube"],
  [/^(seg)\b/i, "seg"],
  [/^hstore\b/i, "hstore"],
  [/^(ltree|lquery|ltxtquery)\b/i, "ltree"],
  [/^(isbn|isbn13|ismn|ismn13|issn|issn13|ean13|upc)\b/i, "isn"],
  [/^(vector|halfvec|sparsevec)\b/i, "vector"],
  [/^(geometry|geography)\b/i, "postgis"],
];

const OPERATOR_CLASSES: readonly (readonly [RegExp, string])[] = [
  [/^(gin|gist)_trgm_ops$/, "pg_trgm"],
  [/^(vector|halfvec|sparsevec|bit)_(l2|ip|cosine|l1|hamming|jaccard)_ops$/, "vector"],
  [/^(gin|gist|btree|hash)_hstore_ops$/, "hstore"],
  [/^gi(n|st)__int(big)?_ops$/, "intarray"],
  [/^(gist|hash)?_?ltree_ops$/, "ltree"],
  [/^(gist_cube|cube)_ops$/, "cube"],
];

const FUNCTIONS: readonly (readonly [RegExp, string])[] = [
  [/\buuid_(generate_v\w+|nil|ns_\w+)\s*\(/i, "uuid-ossp"],
  [/\b(crypt|gen_salt|digest|hmac|gen_random_bytes|armor|pgp_\w+)\s*\(/i, "pgcrypto"],
  [/\bunaccent\s*\(/i, "unaccent"],
  [/\b(similarity|word_similarity|show_trgm)\s*\(/i, "pg_trgm"],
  [/\bcube(_\w+)?\s*\(/i, "cube"],
  [/\b(soundex|levenshtein|metaphone|dmetaphone|daitch_mokotoff)\s*\(/i, "fuzzystrmatch"],
  [/\bST_\w+\s*\(/, "postgis"],
];

const matching = (rules: readonly (readonly [RegExp, string])[], text: string): string[] =>
  rules.flatMap(([pattern, extension]) => (pattern.test(text) ? [extension] : []));

/** @param type as SQL */
export const extensionsOfType = (type: string): string[] => matching(TYPES, type);

/** None for those that PostgreSQL has by itself. */
export const extensionsOfOperatorClass = (name: string): string[] => matching(OPERATOR_CLASSES, name);

/** @param sql an expression; string constants in it may name one too many, never one too few of those known here */
export const extensionsOfFunctions = (sql: string): string[] => matching(FUNCTIONS, sql);

/** Types that a btree orders: GIN and GiST take them only with btree_gin and btree_gist. */
const SCALAR =
  /^(smallint|integer|int[248]?|bigint|real|double precision|float[48]?|numeric|decimal|boolean|bool|text|varchar|character varying|char|bytea|uuid|date|time|timestamp|timestamptz|interval|bit|citext|")/i;

/** What an index of that method over columns of these types needs, where no operator class says it. */
export const extensionsOfMethod = (method: string, types: readonly string[]): string[] => {
  if (method === "hnsw" || method === "ivfflat") return ["vector"];
  const scalar = types.some((type) => SCALAR.test(type) && !type.trimEnd().endsWith("]"));
  if (!scalar) return [];
  return method === "gin" ? ["btree_gin"] : method === "gist" ? ["btree_gist"] : [];
};
