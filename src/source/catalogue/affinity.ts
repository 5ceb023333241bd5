/** Column affinity from a declared type: https://sqlite.org/datatype3.html#determination_of_column_affinity */
import type { Affinity } from "../model.ts";

/** In SQLite's order: the first rule that matches decides, so that FLOATING POINT is an INTEGER column. */
export function affinityOf(declaredType: string, strict: boolean): Affinity {
  const type = declaredType.toUpperCase();
  if (strict && type === "ANY") return "BLOB";
  if (type.includes("INT")) return "INTEGER";
  if (/CHAR|CLOB|TEXT/.test(type)) return "TEXT";
  if (type === "" || type.includes("BLOB")) return "BLOB";
  if (/REAL|FLOA|DOUB/.test(type)) return "REAL";
  return "NUMERIC";
}
