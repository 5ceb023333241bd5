/** What a SQLite file declares (catalogue) and what its columns really hold (profile). Plain data, no behaviour. */

export type Encoding = "UTF-8" | "UTF-16le" | "UTF-16be";
export type Affinity = "INTEGER" | "REAL" | "NUMERIC" | "TEXT" | "BLOB";

export interface Catalogue {
  readonly encoding: Encoding;
  readonly userVersion: number;
  readonly tables: readonly SourceTable[];
  readonly views: readonly SourceView[];
  readonly triggers: readonly SourceTrigger[];
  /** The schema's own words; absent in catalogues that are made by hand. */
  readonly text?: SchemaText;
}

/** What a file with the very same schema is made of. */
export interface SchemaText {
  /** In the order of their making; without what SQLite makes by itself, and without shadow tables. */
  readonly objects: readonly SchemaObject[];
  readonly userVersion: number;
  readonly applicationId: number;
  readonly pageSize: number;
  /** 0 none, 1 full, 2 incremental. */
  readonly autoVacuum: number;
  /** There are statistics of ANALYZE. */
  readonly analyzed: boolean;
}

export interface SchemaObject {
  readonly type: "table" | "index" | "view" | "trigger";
  readonly name: string;
  /** The table or view that it belongs to; a table's or view's own name. */
  readonly table: string;
  readonly sql: string;
}

export interface SourceTable {
  readonly name: string;
  /**
   * `shadow`: owned by a virtual table; `virtual`: a virtual table that cannot be read as rows, or owns none. A full-text
   * table with content of its own and an R*Tree are `table`: what they hold is data, keyed by their rowid.
   */
  readonly kind: "table" | "virtual" | "shadow";
  /** The module of a virtual table in lower case, whatever its kind here; null for ordinary tables. */
  readonly module: string | null;
  /** Shadow tables: the virtual table that owns them. */
  readonly owner: string | null;
  readonly sql: string;
  readonly withoutRowid: boolean;
  readonly strict: boolean;
  /** In declaration order, hidden generated columns included, a virtual table's hidden columns left out. */
  readonly columns: readonly SourceColumn[];
  /** Columns of the declared primary key in key order; empty where none is declared. */
  readonly primaryKey: readonly string[];
  /** The column that is the rowid itself (INTEGER PRIMARY KEY, but not `INTEGER PRIMARY KEY DESC`), else null. */
  readonly rowidAlias: string | null;
  readonly autoincrement: boolean;
  /** The value in sqlite_sequence, as a decimal string, else null. */
  readonly sequence: string | null;
  /** A spelling of rowid that no column shadows; null without rowid or where all three are shadowed. */
  readonly rowidName: "rowid" | "_rowid_" | "oid" | null;
  readonly indexes: readonly SourceIndex[];
  readonly foreignKeys: readonly SourceForeignKey[];
  /** CHECK constraints, of columns and of the table, in order: the SQL between the parentheses. */
  readonly checks: readonly SourceCheck[];
}

export interface SourceColumn {
  readonly name: string;
  /** As written, "" where no type is declared. */
  readonly declaredType: string;
  readonly affinity: Affinity;
  readonly notNull: boolean;
  /** SQL text of DEFAULT as SQLite reports it, null where there is none. */
  readonly default: string | null;
  /** BINARY, NOCASE, RTRIM or an application's own. */
  readonly collation: string;
  readonly generated: { readonly expression: string; readonly stored: boolean } | null;
}

export interface SourceIndex {
  readonly name: string;
  /** c: CREATE INDEX, u: UNIQUE constraint, pk: PRIMARY KEY. */
  readonly origin: "c" | "u" | "pk";
  readonly unique: boolean;
  readonly columns: readonly SourceIndexColumn[];
  /** SQL of a partial index's WHERE, else null. */
  readonly where: string | null;
  /** CREATE INDEX text, null for constraints' own indexes. */
  readonly sql: string | null;
}

export interface SourceIndexColumn {
  /** Column name; null for an expression. */
  readonly column: string | null;
  /** SQL of an expression, null for a plain column. */
  readonly expression: string | null;
  readonly collation: string;
  readonly descending: boolean;
}

export interface SourceForeignKey {
  readonly columns: readonly string[];
  readonly parentTable: string;
  /** Already resolved to the parent's primary key where SQL names none; null where it cannot be resolved. */
  readonly parentColumns: readonly string[] | null;
  readonly onUpdate: string;
  readonly onDelete: string;
  readonly deferred: boolean;
  readonly name: string | null;
}

export interface SourceCheck {
  readonly name: string | null;
  readonly expression: string;
  /** The column that carries it, null for a table constraint. */
  readonly column: string | null;
}

export interface SourceView {
  readonly name: string;
  readonly sql: string;
  /** As SQLite resolves them; null where the view cannot be evaluated (`problem` says why, unless it is texts in double quotes). */
  readonly columns: readonly string[] | null;
  readonly problem: string | null;
}

export interface SourceTrigger {
  readonly name: string;
  readonly table: string;
  readonly sql: string;
}

export interface Snapshot {
  /** The file that is copied, proven against and kept to go back to. */
  readonly path: string;
  /** SHA-256 of the snapshot file, hex: the identity of the source. */
  readonly sha256: string;
  readonly bytes: number;
  /** ISO time at which the read transaction was held. */
  readonly takenAt: string;
  /** The live file as the user named it. */
  readonly sourcePath: string;
  /** null: whoever made the snapshot has checked it, and its hash says that it is the same. */
  readonly health: Health | null;
}

/** A snapshot that has just been made. */
export interface CheckedSnapshot extends Snapshot {
  readonly health: Health;
}

export interface Health {
  readonly sqliteVersion: string;
  readonly encoding: Encoding;
  readonly pageSize: number;
  readonly pageCount: number;
  readonly journalMode: string;
  /** "ok", or the first problems that integrity_check names. */
  readonly integrity: readonly string[];
  /**
   * Violations counted by foreign_key_check in the tables that it can check (`foreignKeyProblem` names the others), null
   * where it can check none.
   */
  readonly foreignKeyViolations: number | null;
  readonly foreignKeyProblem: string | null;
}

/** Per table, keyed by source name. */
export interface Profile {
  readonly tables: Readonly<Record<string, TableProfile>>;
}

export interface TableProfile {
  readonly rows: number;
  /**
   * Sum of all values' bytes (TEXT and BLOB as stored, numbers 8, NULL none; oversize rows apart), a measure for slices and
   * progress.
   */
  readonly bytes: number;
  /** The longest row by the same measure: block sizes come from it. */
  readonly maxRowBytes: number;
  readonly columns: Readonly<Record<string, ColumnProfile>>;
  /**
   * Keys (rowid or integer key, decimal strings) that cut the table into slices of about 32 MiB: the last key of each slice
   * but the last.
   */
  readonly borders: readonly string[];
  readonly minKey: string | null;
  readonly maxKey: string | null;
  /**
   * Rows whose value exceeds what SQLite's API can hand out (512 MiB): keys (decimal strings), column, length. They are left
   * out of every block query and rejected.
   */
  readonly oversize: readonly { readonly key: string; readonly column: string; readonly bytes: number }[];
}

/** Counts of what one column holds. Counts of a shape are over the values of the class named, and exact. */
export interface ColumnProfile {
  readonly nulls: number;
  readonly integers: number;
  readonly reals: number;
  readonly texts: number;
  readonly blobs: number;
  /** Range of INTEGER values, decimal strings. */
  readonly minInteger: string | null;
  readonly maxInteger: string | null;
  /** REAL values with a fraction, infinities, and those that are whole numbers; NaN cannot be stored. */
  readonly fractions: number;
  readonly infinities: number;
  readonly negativeZeros: number;
  /** REAL range (finite), null without any. */
  readonly minReal: number | null;
  readonly maxReal: number | null;
  /** Over INTEGER and REAL values rendered as shortest exact decimals: digits before and after the point. */
  readonly maxIntegerDigits: number;
  readonly maxScale: number;
  /** Longest TEXT in characters (code points) and in UTF-8 bytes; longest BLOB in bytes. */
  readonly maxCharacters: number;
  readonly maxTextBytes: number;
  readonly maxBlobBytes: number;
  readonly minBlobBytes: number;
  /** TEXT values with a NUL character, and TEXT values that are not valid in the file's encoding. */
  readonly nulTexts: number;
  readonly invalidTexts: number;
  readonly emptyTexts: number;
  /** BLOB values that are valid UTF-8 without NUL. */
  readonly textualBlobs: number;
  /**
   * Distinct values up to 65 (then null, as where one is longer than 1,000 or not valid), each in the form `integer:1`,
   * `real:1.5`, `text:abc`, `blob:ff`: for enums and booleans.
   */
  readonly distinct: readonly string[] | null;
  /** How often each of the distinct values occurs. */
  readonly occurrences?: readonly number[] | null;
  /** Where most values are vectors (docs/vectors.md), else null or absent. */
  readonly vectors?: VectorCounts | null;
  /** How many TEXT values have each shape; a shape counts only what converts and renders back to the very text. */
  readonly shapes: ShapeCounts;
  /**
   * For each shape that some but not all values have, or that the declared type asks for: the key of a first value without
   * it, for messages.
   */
  readonly examples: Readonly<Partial<Record<ShapeName, string>>>;
  /**
   * A first key per notable class, for messages: integer, real, text, blob, infinity, empty, nul, invalid. Without an
   * integer key a row is `#` and its position. `unreadable`: the column could not be evaluated, and why.
   */
  readonly firstKeys: Readonly<Record<string, string>>;
}

/** Values that are vectors of at least eight numbers, and all values' lengths. */
export interface VectorCounts {
  /** BLOBs of packed little-endian numbers of a plausible size; of these, those without any fraction. */
  readonly float32: number;
  readonly float64: number;
  readonly blobWhole: number;
  /** By length in bytes, the commonest first. */
  readonly blobLengths: readonly { readonly length: number; readonly values: number }[];
  /** JSON arrays of numbers; of these, those whose numbers are all float32 exactly, and those of whole numbers alone. */
  readonly json: number;
  readonly jsonExact: number;
  readonly jsonWhole: number;
  /** By their count of elements. */
  readonly jsonLengths: readonly { readonly length: number; readonly values: number }[];
}

export type ShapeName = Exclude<keyof ShapeCounts, "julianReal" | "epochReal" | "arrays" | "money">;

export interface ShapeCounts {
  /** JSON texts that parse; of these: objects or arrays; and those that survive as jsonb values (see docs/types.md). */
  readonly json: number;
  readonly jsonContainer: number;
  readonly jsonbSafe: number;
  /** UUID spellings, each counted apart. */
  readonly uuidLower: number;
  readonly uuidUpper: number;
  readonly hex32Lower: number;
  readonly hex32Upper: number;
  /** UUIDs spelled otherwise: in both cases, in braces, or behind `urn:uuid:`. */
  readonly uuidOther: number;
  /** JSON arrays of null and scalars of one kind. */
  readonly arrays: ArrayCounts;
  /** Amounts of money: with a currency's sign or code, or with thousands set apart, as `$1,234.50` and `1.234,50 €`. */
  readonly money: number;
  /** Numeric texts whose decimal value renders back to the very text (no leading +, no leading zeros, no exponent). */
  readonly decimalText: number;
  /** `YYYY-MM-DD`. */
  readonly isoDate: number;
  /** Keys are IsoForm spellings, e.g. "T|seconds|3|Z"; see shapes/spelling.ts. */
  readonly isoTime: Readonly<Record<string, number>>;
  readonly isoDateTime: Readonly<Record<string, number>>;
  /** Of the ISO date-times: those with an offset other than Z and +00:00. */
  readonly otherOffsets: number;
  /**
   * Over REAL values of columns declared as a date or time (0 elsewhere): exact Julian days, and exact epochs in the unit
   * that their size says (guessEpochUnit).
   */
  readonly julianReal: number;
  readonly epochReal: { readonly s: number; readonly ms: number };
  /**
   * Texts that look like a date or time to a reader (any ISO-like, more digits, 24:00, mixed) whether or not they have a
   * form.
   */
  readonly dateLike: number;
}

export interface ArrayCounts {
  /** Arrays by what their elements are; `empty`: no element, or null only. */
  readonly boolean: number;
  /** Whole numbers of 64 bits; of these, arrays with one beyond ±2^53. */
  readonly integer: number;
  readonly wide: number;
  /** Numbers that a double gives back, and others beside them (long arrays are not looked at to the last number). */
  readonly double: number;
  readonly numeric: number;
  readonly uuid: number;
  readonly text: number;
  readonly empty: number;
  /** Elements of the shortest and of the longest array, empty ones left out; 0 without any. */
  readonly shortest: number;
  readonly longest: number;
  /** How all of them are written: bits of ArrayStyle (shapes/json-array.ts). */
  readonly styles: number;
}
