/** pgvector's limits (https://github.com/pgvector/pgvector, README): elements that a value holds, and that an HNSW index takes. */

export const MOST_DIMENSIONS = 16_000;
export const MOST_INDEXED = { vector: 2000, halfvec: 4000, bit: 64_000 } as const;
