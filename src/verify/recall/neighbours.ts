/** The nearest vectors to one, found by looking at each. */
import type { VectorMetric } from "./model.ts";

type Distance = (a: Float32Array, b: Float32Array) => number;

/** As pgvector defines them: <->, <+>, <=>, <#>, <~>; L2 without its root, which changes no order. */
const DISTANCES: Readonly<Record<VectorMetric, Distance>> = {
  l2: (a, b) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
    return sum;
  },
  l1: (a, b) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
    return sum;
  },
  ip: (a, b) => -dot(a, b),
  cosine: (a, b) => 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)),
  hamming: (a, b) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) sum++;
    return sum;
  },
};

const dot: Distance = (a, b) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** Both sides sum up floats, in an order of their own. */
const TOLERANCE = 1e-5;

export class Neighbours {
  readonly query: Float32Array;
  readonly #distance: Distance;
  readonly #most: number;
  /** Of the nearest so far, in order. */
  readonly #distances: number[] = [];

  constructor(query: Float32Array, metric: VectorMetric, most: number) {
    this.query = query;
    this.#distance = DISTANCES[metric];
    this.#most = most;
  }

  get count(): number {
    return this.#distances.length;
  }

  see(vector: Float32Array): void {
    const distance = this.#distance(this.query, vector);
    const distances = this.#distances;
    if (!Number.isFinite(distance) || (distances.length === this.#most && distance >= distances.at(-1)!)) return;
    let at = distances.length;
    while (at > 0 && distances[at - 1]! > distance) at--;
    distances.splice(at, 0, distance);
    if (distances.length > this.#most) distances.pop();
  }

  /** How many of these vectors are as near as the last of the nearest: equal distances make no order. */
  hits(found: readonly Float32Array[]): number {
    const last = this.#distances.at(-1) ?? 0;
    const limit = last + TOLERANCE * (1 + Math.abs(last));
    return Math.min(this.count, found.filter((vector) => this.#distance(this.query, vector) <= limit).length);
  }
}
