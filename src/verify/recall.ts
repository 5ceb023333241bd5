/**
 * What an index over vectors finds, compared: vectors of the source itself as queries, their nearest neighbours computed from the
 * snapshot row by row, and those that PostgreSQL finds through the index and without it. An index of this kind gives some
 * neighbours up for speed: how many is said, and breaks no proof.
 */
import type { Database } from "better-sqlite3";
import type { Client } from "pg";
import type { Finding } from "../findings.ts";
import type { Plan, PlanTable } from "../plan/model.ts";
import { openSnapshot } from "../source/open.ts";
import { searchPath } from "../target/search-path.ts";
import type { RecallProof } from "./recall/model.ts";
import { Neighbours, squaredLength } from "./recall/neighbours.ts";
import { type SearchedVectors, searchedVectors, vectorsOf } from "./recall/source.ts";
import { foundBy } from "./recall/target.ts";

export interface RecallInput {
  readonly plan: Plan;
  readonly readPath: string;
  readonly client: Client;
  /** Where the rows are. */
  readonly loadSchema: string;
  readonly signal?: AbortSignal | undefined;
}

/** Neighbours asked for, as most applications do. */
const NEIGHBOURS = 10;
const MOST_QUERIES = 20;
const FEWEST_QUERIES = 5;
/** Multiplications in all: a few seconds. */
const MOST_WORK = 2e9;
/** Below this share a finding says so. */
const GOOD = 0.9;

/** One entry for each index over vectors in the plan, in its order. */
export const verifyRecall = async (input: RecallInput): Promise<RecallProof[]> => {
  const searched = input.plan.tables.flatMap((table) => searchedVectors(table).map((vectors) => ({ table, vectors })));
  if (searched.length === 0) return [];
  const db = openSnapshot(input.readPath);
  try {
    const proofs: RecallProof[] = [];
    for (const { table, vectors } of searched) proofs.push(await compare(input, db, table, vectors));
    return proofs;
  } finally {
    db.close();
  }
};

const compare = async (
  { client, loadSchema, plan, signal }: RecallInput,
  db: Database,
  table: PlanTable,
  vectors: SearchedVectors,
): Promise<RecallProof> => {
  const { dimensions, metric, column, index } = vectors;
  const proof = {
    ...{ table: table.target, column: column.target, index, metric, neighbours: NEIGHBOURS, rows: table.rows },
    ...{ queries: 0, recall: null, recallWithoutIndex: null },
  };
  const affordable = Math.min(MOST_QUERIES, Math.floor(MOST_WORK / Math.max(1, table.rows * dimensions)));
  const wanted = Math.min(affordable, table.rows);
  if (affordable < FEWEST_QUERIES)
    return {
      ...proof,
      notCompared: `${table.rows} rows of ${dimensions} dimensions are more than is searched row by row`,
    };
  const queries = sampleOf(db, table, vectors, wanted);
  if (queries.length === 0) return { ...proof, notCompared: "there is no vector to search with" };
  const exact = queries.map((query) => new Neighbours(query, metric, NEIGHBOURS));
  for (const vector of vectorsOf(db, table, vectors)) {
    const squared = squaredLength(vector);
    for (const neighbours of exact) neighbours.see(vector, squared);
  }
  const path = await searchPath(client, loadSchema, plan.extensions);
  const found = { client, path, schema: loadSchema, table, vectors, neighbours: NEIGHBOURS };
  let [byIndex, byScan, all] = [0, 0, 0];
  for (const neighbours of exact) {
    signal?.throwIfAborted();
    const through = await foundBy(found, neighbours.query, "index");
    if (through === null) return { ...proof, notCompared: `PostgreSQL does not use ${index} for such a query` };
    all += neighbours.count;
    byIndex += neighbours.hits(through);
    byScan += neighbours.hits((await foundBy(found, neighbours.query, "scan")) ?? []);
  }
  return {
    ...proof,
    queries: queries.length,
    recall: byIndex / all,
    recallWithoutIndex: byScan / all,
    notCompared: null,
  };
};

/** Vectors at even distances in the table's own order: the same ones each time. */
const sampleOf = (db: Database, table: PlanTable, vectors: SearchedVectors, wanted: number): Float32Array[] => {
  const step = Math.max(1, Math.floor(table.rows / wanted));
  const sample: Float32Array[] = [];
  let at = 0;
  for (const vector of vectorsOf(db, table, vectors)) {
    if (at++ % step === 0 && sample.length < wanted && isSearchable(vector, vectors)) sample.push(vector);
  }
  return sample;
};

/** A vector of zeros has no direction to be near to; one with an element that the type does not hold stays behind. */
const isSearchable = (vector: Float32Array, { type }: SearchedVectors): boolean => {
  const most = type.startsWith("halfvec") ? 65_504 : Number.MAX_VALUE;
  return vector.every((element) => Math.abs(element) <= most) && vector.some((element) => element !== 0);
};

/** What the report says of each index. */
export const recallFindings = (proofs: readonly RecallProof[]): Finding[] =>
  proofs.map(({ table, column, metric, neighbours, queries, recall, recallWithoutIndex, notCompared }) => {
    const where = `${table}.${column}`;
    const share = (value: number | null): string => (value ?? 0).toFixed(3);
    if (notCompared !== null || recall === null)
      return {
        ...{ code: "VECTOR_RECALL", severity: "info", where, count: 1 },
        message: `what the index finds was not compared: ${notCompared}`,
        remedy: "Compare some queries of the application's own by hand; docs/vectors.md says how.",
      };
    const isLow = recall < GOOD;
    return {
      code: isLow ? "VECTOR_RECALL_LOW" : "VECTOR_RECALL",
      severity: isLow ? "warning" : "info",
      where,
      message: `recall@${neighbours} by ${metric}: ${share(recall)} through the index, ${share(recallWithoutIndex)} without it, over ${queries} queries with vectors of the source`,
      remedy: isLow
        ? "Raise hnsw.ef_search for the application's sessions, or build the index with a higher m and ef_construction."
        : "Nothing to do.",
      count: queries,
    };
  });
