/** Which revision of the application's schema each side is at, by its migration tool's own table. */
import type { Database } from "better-sqlite3";
import type { Client } from "pg";
import { type MigrationTool, migrationTool } from "../plan/migration-tools.ts";
import { quoteSqlite } from "../source/quote.ts";
import { qualified, quoteIdentifier } from "../target/quote.ts";
import { matchName } from "./match.ts";
import type { Notes } from "./notes.ts";
import type { FoundTable } from "./read.ts";

export interface Revisions {
  /** The tool's table in the source. */
  readonly table: string;
  readonly tool: MigrationTool;
  readonly source: readonly string[];
  /** null where the target has no such table. */
  readonly target: readonly string[] | null;
}

/** @param tables source names of tables that migration tools keep @param there the target's tables */
export const readRevisions = async (
  db: Database,
  client: Client,
  schema: string,
  tables: readonly string[],
  there: readonly FoundTable[],
): Promise<Revisions[]> => {
  const found: Revisions[] = [];
  for (const table of tables) {
    const tool = migrationTool(table);
    const source = tool === undefined ? null : ofSource(db, table, tool.column);
    if (tool === undefined || source === null) continue;
    const match = matchName(
      table,
      there.map(({ name }) => name),
    );
    const own = match !== null && "name" in match ? there.find(({ name }) => name === match.name) : undefined;
    const has = own?.columns.some(({ name }) => name === tool.column) === true;
    found.push({
      table,
      tool,
      source,
      target: own !== undefined && has ? await ofTarget(client, schema, own.name, tool.column) : null,
    });
  }
  return found;
};

const ofSource = (db: Database, table: string, column: string): readonly string[] | null => {
  try {
    return db
      .prepare<[], string>(
        `SELECT CAST(${quoteSqlite(column)} AS TEXT) FROM ${quoteSqlite(table)} WHERE ${quoteSqlite(column)} IS NOT NULL`,
      )
      .pluck()
      .all();
  } catch {
    // A table of that name that no migration tool has made.
    return null;
  }
};

const ofTarget = async (
  client: Client,
  schema: string,
  table: string,
  column: string,
): Promise<readonly string[] | null> => {
  const { rows } = await client.query<{ revision: string }>(
    `SELECT ${quoteIdentifier(column)}::text AS revision FROM ${qualified(schema, table)} WHERE ${quoteIdentifier(column)} IS NOT NULL`,
  );
  return rows.map(({ revision }) => revision);
};

/** One finding for each tool: the same revision, another one, or none. */
export const noteRevisions = (revisions: readonly Revisions[], notes: Notes): void => {
  for (const { table, tool, source, target } of revisions) {
    const newest = source.at(-1);
    if (newest === undefined) continue;
    const remedy = tool.stamp(newest);
    if (target === null || target.length === 0)
      notes.add(
        "ORM_REVISION_MISSING",
        "warning",
        table,
        `the source is at revision ${newest}; the target ${target === null ? "has no such table" : "names none"}, and it is left alone`,
        `If these tables were made by that revision, tell the tool: ${remedy}`,
      );
    else if (source.every((one) => target.includes(one)) && target.every((one) => source.includes(one)))
      notes.add(
        "ORM_REVISION_SAME",
        "info",
        table,
        `both sides are at revision ${newest}; the table is left alone`,
        "Nothing to do.",
      );
    else
      notes.add(
        "ORM_REVISION_DIFFERS",
        "warning",
        table,
        `the source is at revision ${missingFrom(source, target) ?? newest}, the target at ${missingFrom(target, source) ?? target.at(-1)}; the table is left alone`,
        `Bring both to one revision before the crossing; if the tables are the same all the same: ${remedy}`,
      );
  }
};

/** The newest that the other side does not have. */
const missingFrom = (own: readonly string[], other: readonly string[]): string | undefined =>
  own.findLast((one) => !other.includes(one));
