/**
 * Which tables are the application's own, which are virtual, and which belong to a virtual table (shadow tables): the last
 * hold no data of their own.
 */
import type { Database } from "better-sqlite3";
import { fold } from "../fold.ts";
import type { VectorTable } from "../vectors/tables.ts";
import { virtualModule } from "./table-ddl.ts";

export interface TableKind {
  readonly kind: "table" | "virtual" | "shadow";
  readonly module: string | null;
  readonly owner: string | null;
  readonly withoutRowid: boolean;
  readonly strict: boolean;
}

/** A table as sqlite_schema has it. */
export interface SchemaRow {
  readonly name: string;
  readonly sql: string;
}

/** Shadow tables of modules that are not compiled into this SQLite, which therefore cannot name them itself. */
const SHADOWS_OF_MISSING_MODULES: ReadonlyMap<string, RegExp> = new Map([
  ["vec0", /^_(?:info|chunks|rowids|auxiliary|vector_chunks\d\d|metadatachunks\d\d|metadatatext\d\d)$/],
  ["vss0", /^_(?:index|data)$/],
  ["spellfix1", /^_vocab$/],
]);

/** Kinds of the tables given, by name. `vectors`: the vector tables that can be read as rows. */
export function readKinds(
  db: Database,
  tables: readonly SchemaRow[],
  vectors: ReadonlyMap<string, VectorTable>,
): ReadonlyMap<string, TableKind> {
  const listed = new Map(
    db
      .prepare<[], { name: string; type: string; wr: number; strict: number }>(
        "SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main'",
      )
      .all()
      .map((row) => [row.name, row] as const),
  );
  const modules = new Map<string, string>();
  for (const { name, sql } of tables) {
    const module = virtualModule(sql);
    if (module !== null) modules.set(name, module);
  }
  const names = new Set(tables.map(({ name }) => fold(name)));
  return new Map(
    tables.map(({ name }) => {
      const row = listed.get(name);
      const owner = ownerOf(name, row?.type === "shadow", modules);
      const module = modules.get(name) ?? null;
      const ownsRows = vectors.has(name) || (module !== null && holdsRows(name, module, names));
      const kind = ownsRows
        ? "table"
        : module !== null
          ? "virtual"
          : row?.type === "shadow" || owner !== null
            ? "shadow"
            : "table";
      return [name, { kind, module, owner, withoutRowid: row?.wr === 1, strict: row?.strict === 1 }];
    }),
  );
}

/**
 * True for the virtual tables whose rows are data of their own and can be read: full-text tables that keep their content (an
 * external or contentless one has no `_content`), and R*Trees.
 */
const holdsRows = (name: string, module: string, names: ReadonlySet<string>): boolean =>
  (/^fts[345]$/.test(module) && names.has(`${fold(name)}_content`)) ||
  ((module === "rtree" || module === "rtree_i32") && names.has(`${fold(name)}_rowid`));

/** The virtual table whose name, with `_`, begins the shadow table's name; the longest where several do. */
function ownerOf(name: string, isShadow: boolean, modules: ReadonlyMap<string, string>): string | null {
  let owner: string | null = null;
  for (const [virtual, module] of modules) {
    if (!fold(name).startsWith(`${fold(virtual)}_`) || virtual.length <= (owner?.length ?? 0)) continue;
    const suffix = fold(name).slice(virtual.length);
    if (isShadow || SHADOWS_OF_MISSING_MODULES.get(module)?.test(suffix)) owner = virtual;
  }
  return owner;
}
