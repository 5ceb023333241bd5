/** What the type of a column comes down to: domains are followed to what they are made of, arrays to their elements. */
import type { Client } from "pg";

export interface FoundType {
  /** pg_type.typname: int4, varchar, an enum's name … */
  readonly name: string;
  readonly kind: "base" | "enum" | "array" | "other";
  /** As the server encodes it; -1 for none. */
  readonly modifier: number;
  /** Labels of an enum in their order. */
  readonly labels: readonly string[];
  readonly element: FoundType | null;
}

interface TypeRow {
  readonly id: number;
  readonly name: string;
  readonly kind: "b" | "c" | "d" | "e" | "p" | "r" | "m";
  readonly isArray: boolean;
  /** Whether PostgreSQL or one of the extensions that we know has made it: an application may call a type of its own "uuid". */
  readonly known: boolean;
  readonly madeOf: number;
  readonly modifier: number;
  readonly labels: readonly string[];
}

const TYPES = `
  WITH RECURSIVE used(oid) AS (
    SELECT a.atttypid FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1) AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
    UNION
    SELECT CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.typelem END
      FROM used JOIN pg_catalog.pg_type t USING (oid) WHERE t.typtype = 'd' OR t.typcategory = 'A')
  SELECT t.oid::int AS id, t.typname AS name, t.typtype AS kind, t.typcategory = 'A' AND t.typelem <> 0 AS "isArray",
    t.typnamespace = 'pg_catalog'::regnamespace OR t.typname IN ('citext', 'vector', 'halfvec') AS known,
    (CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.typelem END)::int AS "madeOf", t.typtypmod AS modifier,
    coalesce((SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), '[]') AS labels
  FROM used JOIN pg_catalog.pg_type t USING (oid)`;

/** Gives what a column's type comes down to, by pg_attribute's type and modifier. */
export const baseTypes = async (
  client: Client,
  schema: string,
): Promise<(typeId: number, modifier: number) => FoundType> => {
  const { rows } = await client.query<TypeRow>(TYPES, [schema]);
  const types = new Map(rows.map((row) => [row.id, row]));
  const resolve = (id: number, modifier: number): FoundType => {
    const type = types.get(id)!;
    if (type.kind === "d") return resolve(type.madeOf, type.modifier);
    const { name, labels, known } = type;
    const plain = { name, modifier, labels, element: null };
    if (type.kind === "e") return { ...plain, kind: "enum" };
    if (type.isArray) return { ...plain, kind: "array", element: resolve(type.madeOf, modifier) };
    return { ...plain, kind: known && type.kind === "b" ? "base" : "other" };
  };
  return resolve;
};
