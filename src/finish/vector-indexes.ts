/**
 * Indexes over vectors (hnsw, ivfflat): one after the other, each with the memory of all. A graph that does not fit into
 * maintenance_work_mem is written out and goes on row by row on the disk, many times slower; ivfflat refuses to begin.
 */
import type { Client } from "pg";
import type { Statement } from "../plan/ddl/ddl.ts";
import type { PlanIndex, PlanTable } from "../plan/model.ts";
import { sqlState } from "../target/sqlstate.ts";
import type { Finishing } from "./finishing.ts";
import { inSession, type SearchPath, type Session, type SessionContext } from "./sessions.ts";

const MB = 1024 ** 2;

/** MB */
const USUAL = 256;
const LEAST = 64;

/** The statement's index, where it is one over vectors. */
export const vectorIndex = ({ indexes }: PlanTable, { object }: Statement): PlanIndex | null =>
  indexes.find(({ name, method }) => name === object && (method === "hnsw" || method === "ivfflat")) ?? null;

/** Settings of the server, in MB. */
export interface ServerMemory {
  readonly sharedBuffers: number;
  readonly maintenanceWorkMem: number;
}

/**
 * What one build may take, in MB: as much as `shared_buffers`, or `maintenance_work_mem` where an administrator has allowed more
 * than that; up to 256 MB in any case, but never more than twice `shared_buffers`. A server does not say how much memory it
 * has; a quarter of it is the usual `shared_buffers` (docs/tuning.md, Amazon RDS), so that build and cache together take half, and
 * three quarters of a container of 512 MB.
 */
export const largestBuild = ({ sharedBuffers, maintenanceWorkMem }: ServerMemory): number =>
  Math.max(LEAST, sharedBuffers, maintenanceWorkMem, Math.min(USUAL, 2 * sharedBuffers));

/**
 * About what the graph of an hnsw index takes, in MB: of each row the vector, its 2 m neighbours of 16 bytes in the lowest layer and
 * m in some of those above, and 256 bytes of its own (pgvector's hnsw.h: HnswElementData, HnswNeighborArray, HnswCandidate); a tenth more
 * for what PostgreSQL rounds up. A parallel build reserves this before it begins, so that more than is needed is not asked for.
 */
export const graphSize = (table: PlanTable, index: PlanIndex): number => {
  const m = Number(/(?:^|[ ,])m *= *'?(\d+)/.exec(index.options ?? "")?.[1] ?? 16);
  const row = vectorBytes(table, index) + 40 * m + 256;
  return Math.ceil((table.rows * row * 1.1) / MB) + 8;
};

/** By the index's own type: a column of vectors may be indexed as halfvec. */
const vectorBytes = ({ columns }: PlanTable, { elements }: PlanIndex): number => {
  const [element = ""] = elements;
  const type = columns.find(({ target }) => element.includes(target.replaceAll('"', '""')))?.type;
  if (type?.name === "bit") return type.length / 8;
  if (type?.name !== "vector" && type?.name !== "halfvec") return 0;
  return type.dimensions * (type.name === "halfvec" || element.includes("::halfvec(") ? 2 : 4);
};

/** Settings of the session that builds it, and what is to be said where it gets less memory than it would like. */
export interface BuildSettings {
  readonly settings: Readonly<Record<string, string>>;
  readonly note: string | null;
}

/**
 * Vectors of more than some 2 kB lie beside their table, which then looks too small for parallel workers: the least size is set to
 * none, and max_parallel_maintenance_workers stays the server's own.
 */
export const buildSettings = (table: PlanTable, index: PlanIndex, memory: ServerMemory): BuildSettings => {
  const largest = largestBuild(memory);
  const wanted = index.method === "hnsw" ? Math.max(LEAST, graphSize(table, index)) : largest;
  return {
    settings: { maintenance_work_mem: `${Math.min(wanted, largest)}MB`, min_parallel_table_scan_size: "0" },
    note:
      wanted <= largest
        ? null
        : `index ${index.name} would like ${wanted} MB while it is built and gets ${largest} MB: it will take long; docs/tuning.md says what to raise`,
  };
};

/** As the server has them, whatever this session has set for itself. */
const readServerMemory = async (client: Client): Promise<ServerMemory> => {
  const { rows } = await client.query<ServerMemory>(
    `SELECT (pg_size_bytes(current_setting('shared_buffers')) / ${MB})::int AS "sharedBuffers",
            (reset_val::bigint * 1024 / ${MB})::int AS "maintenanceWorkMem"
     FROM pg_settings WHERE name = 'maintenance_work_mem'`,
  );
  return rows[0]!;
};

const memoryOf = (context: SessionContext): Promise<ServerMemory> =>
  inSession(context, {}, (session) => session.use("the server's settings", readServerMemory));

/** For an index of which no plan says how large it becomes: as much as there may be, and one process, which takes what it needs. */
export const unplannedBuild = async (context: SessionContext): Promise<Readonly<Record<string, string>>> => ({
  maintenance_work_mem: `${largestBuild(await memoryOf(context))}MB`,
  max_parallel_maintenance_workers: "0",
});

/** Builds them in the given order. */
export const buildVectorIndexes = async (
  finishing: Finishing,
  statements: readonly Statement[],
  path: SearchPath,
  build: (session: Session, statement: Statement) => Promise<void>,
): Promise<void> => {
  if (statements.length === 0) return;
  const memory = await memoryOf(finishing);
  for (const statement of statements) {
    const table = finishing.table(statement.table);
    const { settings, note } = buildSettings(table, vectorIndex(table, statement)!, memory);
    if (note !== null) finishing.emit({ kind: "note", step: "finish", message: note });
    const within = (more: Readonly<Record<string, string>>): Promise<void> =>
      inSession(finishing, { ...settings, ...path, ...more }, (session) => build(session, statement));
    await within({}).catch((error) => {
      if (!lacksMemory(error)) throw error;
      return within({ max_parallel_maintenance_workers: "0" });
    });
  }
};

/**
 * Several processes build in shared memory, which may be less than there is: Docker gives a container 64 MB of it unless it is
 * asked for more. One process alone needs none.
 */
const lacksMemory = (error: unknown): boolean => ["53100", "53200"].includes(sqlState(error) ?? "");
