/**
 * The plan is data: JSON, versioned, readable. Copy, finish, verify, report and (later) reverse execute the same plan.
 * 64-bit integers are decimal strings. Names are unquoted; SQL fragments are complete PostgreSQL and already quoted.
 */
import type { ExistingSchema } from "../existing/model.ts";
import type { Finding } from "../findings.ts";
import type { Encoding, SchemaText } from "../source/model.ts";

import type { PlanSearch, PlanTextSearch } from "./search/model.ts";

export const PLAN_VERSION = 2;

export interface Plan {
  readonly version: typeof PLAN_VERSION;
  readonly landbridge: string;
  readonly source: { readonly sha256: string; readonly bytes: number; readonly encoding: Encoding };
  /** The schema that the tables are to be found in when the run is done. */
  readonly schema: string;
  readonly policies: Policies;
  /** Extensions that the DDL needs, by name: made in prepare where they are missing. */
  readonly extensions: readonly string[];
  /** Types of the schema's own, made before its tables. */
  readonly enums: readonly PlanEnum[];
  /** Text search configurations and what they need, in `schema` from the first load on; absent where nothing is searched so. */
  readonly textSearch?: readonly PlanTextSearch[];
  readonly tables: readonly PlanTable[];
  readonly views: readonly PlanView[];
  /** Triggers that the user accepts in PL/pgSQL; made when everything else is there. */
  readonly triggers: readonly PlanTrigger[];
  /** Source names of the tables that the user expects, in the order of the list; absent where nothing was said. */
  readonly expected?: readonly string[];
  /** Tables that do not cross, each with the reason: by the user's word, or virtual. Reports list them as skipped. */
  readonly skipped: readonly { readonly source: string; readonly reason: string }[];
  readonly findings: readonly Finding[];
  /** The application's own tables that the rows go into, as they stood before; absent where the tables are Landbridge's. */
  readonly existing?: ExistingSchema;
  /** The SQLite schema's own words, by which `reverse` makes the file again. */
  readonly sourceSchema?: SchemaText;
}

export interface PlanEnum {
  readonly name: string;
  /** In their order, which is the type's. */
  readonly labels: readonly string[];
}

/** What happens to a value that has no equal in PostgreSQL. Everything but the first of each list is chosen by name. */
export interface Policies {
  /** NUL characters in text. `bytea` makes the whole column bytea and keeps the text's original bytes. */
  readonly nul: "reject" | "strip" | "replace" | "bytea";
  readonly invalidText: "reject" | "strip" | "replace" | "bytea";
  /**
   * Columns declared JSON where some value does not parse: the column stays text (default), or such rows are rejected, or
   * such values become NULL.
   */
  readonly invalidJson: "text" | "reject" | "null";
  readonly orphans: "keep" | "quarantine" | "null" | "fail";
}

export interface PlanTable {
  readonly source: string;
  readonly target: string;
  readonly read: ReadKey;
  readonly rows: number;
  readonly bytes: number;
  readonly maxRowBytes: number;
  /** whole: one transaction that begins with an empty table, so that FREEZE may be used · sliced: one a slice, no FREEZE. */
  readonly mode: "whole" | "sliced";
  /** The last key of each slice but the last (decimal strings); slice i holds keys in (borders[i-1], borders[i]]. */
  readonly borders: readonly string[];
  /** Rows no block query may touch: a value over SQLite's 512 MiB limit. */
  readonly oversize: readonly { readonly key: string; readonly column: string; readonly bytes: number }[];
  /** In the order of the target table; generated ones included (they are not copied, but they are proven). */
  readonly columns: readonly PlanColumn[];
  /** Columns that the source does not have: made behind the others, never copied, listed apart in the proof. */
  readonly added: readonly PlanAddedColumn[];
  /** How it is searched; the columns are among the added ones, the indexes among the indexes. Absent where it is not. */
  readonly searches?: readonly PlanSearch[];
  readonly partitioning: PlanPartitioning | null;
  readonly primaryKey: PlanKey | null;
  readonly uniques: readonly PlanKey[];
  readonly checks: readonly { readonly name: string; readonly expression: string; readonly source: string }[];
  readonly indexes: readonly PlanIndex[];
  readonly foreignKeys: readonly PlanForeignKey[];
  /** How a rejected or differing row is addressed for a person: source columns of the key; empty → rowid or ordinal. */
  readonly keyColumns: readonly string[];
}

/** How rows are read in blocks. `scan`: one iterator in the table's own order, a single slice. */
export type ReadKey =
  | { readonly by: "rowid"; readonly name: "rowid" | "_rowid_" | "oid"; readonly alias: string | null }
  | { readonly by: "integer-key"; readonly column: string }
  | { readonly by: "scan" };

export interface PlanColumn {
  readonly source: string;
  readonly target: string;
  readonly declared: string;
  readonly type: TargetType;
  /** The type as the application's table has it, as format_type prints it; absent where the table is Landbridge's. */
  readonly existingType?: string;
  readonly form: SourceForm;
  readonly notNull: boolean;
  /** PostgreSQL expression, null for none. */
  readonly default: string | null;
  /**
   * identity: GENERATED BY DEFAULT AS IDENTITY; its sequence must end up past `past`. `sequence`: the application's own,
   * qualified and quoted, where the column has one by its default.
   */
  readonly identity: { readonly past: string | null; readonly sequence?: string } | null;
  /** GENERATED ALWAYS AS (…) STORED: not copied, proven. */
  readonly generated: string | null;
  /** Every number in this column is one storage class and within ±2^53, so it may be read as a JavaScript number. */
  readonly numbersAreSafe: boolean;
  /** An empty text arrives as NULL, because the user asks for it; absent where it arrives as it is. */
  readonly emptyAsNull?: true;
  /** Why this type: one sentence for the report. */
  readonly reason: string;
  /** What the column held, where its form alone does not say which storage class a value goes back to. */
  readonly stored?: StoredClasses;
}

/** How many values of each storage class a column held. */
export interface StoredClasses {
  readonly integers: number;
  readonly reals: number;
  readonly texts: number;
  readonly blobs: number;
  /** Of the texts, at most so many are plain decimals, as a number would be spelled too. */
  readonly decimalTexts: number;
  /** Of the blobs: valid UTF-8 without NUL. */
  readonly textualBlobs: number;
}

export interface PlanAddedColumn {
  readonly target: string;
  /** Complete SQL, names of the schema's own types and of extensions' unqualified. */
  readonly type: string;
  readonly notNull: boolean;
  /** PostgreSQL expressions; at most one of the two. A generated one is STORED. */
  readonly default: string | null;
  readonly generated: string | null;
  /** Why it is there: one sentence for the report. */
  readonly reason: string;
}

export interface PlanPartitioning {
  /** Behind PARTITION BY: complete SQL, e.g. `HASH ("document_id")`. */
  readonly by: string;
  /** `bounds`: complete SQL behind PARTITION OF, e.g. `FOR VALUES WITH (MODULUS 4, REMAINDER 0)` or `DEFAULT`. */
  readonly partitions: readonly { readonly name: string; readonly bounds: string }[];
}

export type TargetType =
  | { readonly name: "smallint" | "integer" | "bigint" | "double precision" | "boolean" }
  | { readonly name: "numeric"; readonly precision?: number; readonly scale?: number }
  | { readonly name: "text" | "bytea" | "uuid" | "json" | "jsonb" | "date" }
  | { readonly name: "varchar"; readonly length: number }
  | { readonly name: "time" | "timestamp" | "timestamptz"; readonly precision?: number }
  /** `type`: its name, unquoted, in the schema of the table. */
  | { readonly name: "enum"; readonly type: string; readonly labels: readonly string[] }
  | { readonly name: "array"; readonly element: ElementType }
  /** pgvector's. */
  | { readonly name: "vector" | "halfvec"; readonly dimensions: number }
  | { readonly name: "bit"; readonly length: number }
  | ForeignType;

/** Types that Landbridge makes no column of, but that an application's own tables have. */
export type ForeignType = { readonly name: "real" | "citext" } | { readonly name: "char"; readonly length: number };

/** What the elements of an array may be: types whose values JSON spells. */
export type ElementType =
  | { readonly name: "smallint" | "integer" | "bigint" | "real" | "double precision" | "boolean" | "text" | "uuid" }
  | { readonly name: "numeric"; readonly precision?: number; readonly scale?: number }
  | { readonly name: "varchar"; readonly length: number };

/**
 * How the values of a column are spelled in SQLite: one form a column, kept so that a value can be rendered back to the very
 * spelling. NULL belongs to every form. A value outside its column's form is a rejected row, never a guess.
 */
export type SourceForm =
  /** INTEGER storage only → smallint, integer, bigint, numeric. */
  | { readonly kind: "integer" }
  /** INTEGER or REAL storage → double precision (integers beyond ±2^53 that are not exact are rejected). */
  | { readonly kind: "real" }
  /** INTEGER, REAL → numeric by shortest exact decimal; TEXT too where it is a plain decimal. */
  | { readonly kind: "decimal" }
  /** TEXT storage, valid → text, varchar (json, jsonb have their own). */
  | { readonly kind: "text" }
  | { readonly kind: "blob" }
  /** Any storage class. → text: integers in decimal, reals by shortest round trip with ".0" where whole ("Infinity"), blobs that are valid UTF-8 as text.
   *  → bytea: blobs as they are, text as its UTF-8 bytes, numbers as the bytes of that text. */
  | { readonly kind: "any" }
  /** INTEGER 0 and 1. */
  | { readonly kind: "boolean-integer" }
  /** Exactly these two texts. */
  | { readonly kind: "boolean-text"; readonly false: string; readonly true: string }
  /** INTEGER 0 and 1, and the usual words of either, beside each other. Only into an application's own column. */
  | { readonly kind: "boolean-mixed" }
  | { readonly kind: "iso-date" }
  | ({ readonly kind: "iso-time" } & IsoSpelling)
  | ({ readonly kind: "iso-datetime"; readonly separator: " " | "T" } & IsoSpelling)
  /**
   * INTEGER storage, or REAL storage whose value is an exact number of microseconds when rendered back. → timestamp,
   * timestamptz.
   */
  | { readonly kind: "epoch"; readonly unit: "s" | "ms" | "us"; readonly storage: "integer" | "real" }
  /** REAL Julian day numbers → timestamp. */
  | { readonly kind: "julian" }
  | { readonly kind: "uuid"; readonly spelling: "lower" | "upper" | "hex-lower" | "hex-upper" | "blob" }
  /** TEXT with hyphens (in braces or behind `urn:uuid:` too) or 32 digits, in either case, and 16 bytes, beside each other. */
  | { readonly kind: "uuid-mixed" }
  /**
   * ISO date-times in several spellings, as the very moment each of them names → timestamptz, or as the clock of one zone →
   * timestamp. `naive`: that zone, and what those without one mean, in minutes from UTC; null where nobody has said: then
   * timestamptz takes those with a zone only, timestamp those without.
   */
  | { readonly kind: "iso-moment"; readonly naive: number | null }
  /** TEXT storage that is a JSON array of scalars → an array. `spelling`: how all of them are written, where that is one way. */
  | { readonly kind: "json-array"; readonly spelling?: ArraySpelling }
  /** TEXT storage that is a JSON array of numbers → a vector, each number as the nearest that its elements hold. */
  | { readonly kind: "json-vector" }
  /** BLOB storage: numbers of one size, little-endian, one behind the other (`bit`: eight a byte) → a vector, or real[]. */
  | { readonly kind: "packed-vector"; readonly element: "float32" | "float64" | "int8" | "bit" }
  /**
   * TEXT storage that is JSON. `numbers`: INTEGER and REAL storage stand for JSON numbers (declared JSON has NUMERIC
   * affinity).
   */
  | { readonly kind: "json"; readonly numbers: boolean };

/** How a program writes JSON arrays: with it the very texts are made again of the elements. */
export interface ArraySpelling {
  readonly separator: "," | ", ";
  /** Whatever is not ASCII is escaped, as Python's json.dumps does; else only what has to be. */
  readonly ascii: boolean;
  /** Doubles as JavaScript writes them, or as Python's repr(). */
  readonly numbers: "javascript" | "python";
}

export interface IsoSpelling {
  /** false: `HH:MM` alone. */
  readonly seconds: boolean;
  /**
   * Digits of the fraction: a fixed count (0–6), "0or6" (as Python's isoformat), or "trimmed" (no trailing zeros, none when
   * whole).
   */
  readonly fraction: 0 | 1 | 2 | 3 | 4 | 5 | 6 | "0or6" | "trimmed";
  readonly zone: "" | "Z" | "+00:00" | "+00" | " UTC";
}

export interface PlanKey {
  readonly name: string;
  /** Target column names. */
  readonly columns: readonly string[];
}

export interface PlanIndex {
  readonly name: string;
  /** Its name in SQLite; null for one that the source does not have. */
  readonly source: string | null;
  readonly unique: boolean;
  readonly method: IndexMethod;
  /** Complete SQL of each element: a quoted column or a parenthesised expression, with its operator class and DESC where it has them. */
  readonly elements: readonly string[];
  readonly where: string | null;
  /** Storage parameters, complete SQL between the parentheses of WITH; null for none. */
  readonly options: string | null;
}

export type IndexMethod = "btree" | "hash" | "gin" | "gist" | "spgist" | "brin" | "hnsw" | "ivfflat";

export interface PlanForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly parent: string;
  readonly parentColumns: readonly string[];
  readonly onUpdate: "NO ACTION" | "RESTRICT" | "CASCADE" | "SET NULL" | "SET DEFAULT";
  readonly onDelete: "NO ACTION" | "RESTRICT" | "CASCADE" | "SET NULL" | "SET DEFAULT";
  readonly deferred: boolean;
  /** Everything behind ADD CONSTRAINT name, where the key is the application's own and is to come back as it was. */
  readonly definition?: string;
}

export interface PlanView {
  readonly source: string;
  readonly target: string;
  /** The complete SELECT in PostgreSQL, names unqualified (search_path is set to the schema when it is created). */
  readonly query: string;
  readonly columns: readonly string[];
  /** What each column holds, in their order: how its rows are compared with SQLite's. */
  readonly results: readonly PlanViewColumn[];
  /** Tables and views that it reads: their names in SQLite, in lower case. */
  readonly reads: readonly string[];
  /** Functions whose value changes from one reading to the next; such rows are not compared. */
  readonly volatile: readonly string[];
  /** What its SQL leaves open, such as which rows a LIMIT takes of equals: rows that differ prove nothing then. */
  readonly open: readonly string[];
}

export interface PlanViewColumn {
  readonly type: TargetType;
  readonly form: SourceForm;
  /** Computed in double precision: the two databases may differ in the last digits. */
  readonly approximate: boolean;
}

export interface PlanTrigger {
  /** Its name in SQLite. */
  readonly source: string;
  readonly name: string;
  /** The name of its function, in the schema of its table. */
  readonly function: string;
  /** The table or view that it is on: its target name. */
  readonly table: string;
  readonly timing: "BEFORE" | "AFTER" | "INSTEAD OF";
  /** Complete SQL, e.g. `UPDATE OF "title"`. */
  readonly event: string;
  /** The condition of WHEN, null for none. */
  readonly when: string | null;
  /**
   * Lines of PL/pgSQL between BEGIN and END. Names are unqualified: the function's search_path is the schema of its table,
   * wherever that goes.
   */
  readonly body: readonly string[];
}
