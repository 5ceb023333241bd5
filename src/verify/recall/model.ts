/** What the proof says of an index over vectors: information, because such an index gives some neighbours up for speed. */
export interface RecallProof {
  /** Target names. */
  readonly table: string;
  readonly column: string;
  readonly index: string;
  readonly metric: VectorMetric;
  /** How many were asked for. */
  readonly neighbours: number;
  readonly rows: number;
  readonly queries: number;
  /** Share of the true neighbours that PostgreSQL found: through the index, and by reading every row; null where nothing was compared. */
  readonly recall: number | null;
  readonly recallWithoutIndex: number | null;
  readonly notCompared: string | null;
}

export type VectorMetric = "l2" | "l1" | "cosine" | "ip" | "hamming";
