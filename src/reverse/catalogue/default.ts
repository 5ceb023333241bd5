/** Defaults of PostgreSQL that SQLite can say too. */
import type { BackType } from "./types.ts";

const CAST = /::(?:"[^"]+"|[a-z_ ]+)(?:\([\d,]+\))?(?:\[\])?$/i;
const NOW = /^(?:now\(\)|CURRENT_TIMESTAMP|transaction_timestamp\(\)|LOCALTIMESTAMP)$/i;

/** SQL behind DEFAULT; null where there is no equal. @param expression as pg_get_expr prints it */
export const sqliteDefault = (expression: string, { type }: BackType): string | null => {
  const bare = withoutCasts(expression);
  if (/^-?\d+(?:\.\d+)?$/.test(bare) || /^NULL$/i.test(bare)) return bare;
  if (/^'-?\d+(?:\.\d+)?'$/.test(bare) && type.name !== "text" && type.name !== "citext") return bare.slice(1, -1);
  if (/^(?:true|false)$/i.test(bare)) return bare.toLowerCase() === "true" ? "1" : "0";
  // Text of the server's own kind: quotes are doubled in both, and a backslash is no escape in either.
  if (/^'(?:[^']|'')*'$/.test(bare) && TEXTUAL.has(type.name)) return bare;
  if (/^CURRENT_DATE$/i.test(bare) && type.name === "date") return "CURRENT_DATE";
  if (!NOW.test(bare)) return null;
  if (type.name === "timestamp") return "CURRENT_TIMESTAMP";
  return type.name === "timestamptz" ? "(strftime('%Y-%m-%d %H:%M:%S+00:00', 'now'))" : null;
};

const TEXTUAL: ReadonlySet<string> = new Set(["text", "citext", "json", "uuid", "date", "time", "timestamp"]);

const withoutCasts = (expression: string): string => {
  const bare = expression.replace(CAST, "").trim();
  const inner = /^\(([^()]*)\)$/.exec(bare)?.[1];
  if (inner !== undefined) return withoutCasts(inner);
  return bare === expression ? bare : withoutCasts(bare);
};
