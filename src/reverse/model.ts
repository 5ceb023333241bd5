/** What the way back works with: where each table's rows are read, and where they go. Plain data. */
import type { Plan, PlanColumn, PlanTable } from "../plan/model.ts";
import type { LedgerRun } from "../target/runs.ts";

/** Everything that is decided before a row is read. */
export interface BackPlan {
  /** The load whose plan it is; null where the tables were never loaded by Landbridge. */
  readonly run: LedgerRun | null;
  /** The schema that the tables are in now. */
  readonly schema: string;
  /** What the report lists and the proof compares: the stored plan as the target is now, and what has come since. */
  readonly plan: Plan;
  readonly tables: readonly BackTable[];
}

export interface BackTable {
  readonly planned: PlanTable;
  /** What stands in FROM, without the rows that are set aside. */
  readonly relation: string;
  readonly columns: readonly BackColumn[];
  /** CREATE TABLE and what belongs to it, where the file's schema has no words of its own for this table. */
  readonly statements: TableStatements | null;
  /** Columns that a table with words of its own does not have: ALTER TABLE, complete SQL each. */
  readonly additions: readonly string[];
}

export interface TableStatements {
  readonly table: string;
  /** Indexes, after the rows. */
  readonly after: readonly string[];
}

export interface BackColumn {
  readonly column: PlanColumn;
  /** Read as the text that the server makes of it, by this SQL; null: by its type. */
  readonly select: string | null;
}

/** A row that SQLite cannot hold as it is: it is kept in `landbridge_rejects` of the new file. */
export interface SetAside {
  readonly table: PlanTable;
  /** Where it lies in the server's tables: tableoid and ctid. */
  readonly place: readonly [oid: string, ctid: string];
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
}
