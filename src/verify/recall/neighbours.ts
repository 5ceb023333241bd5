/** The nearest vectors to one, found by looking at each. */
import type { VectorMetric } from "./model.ts";

/** `lengths`: the product of both vectors' squared lengths, where the metric asks for it. */
type Distance = (a: Float32Array, b: Float32Array, lengths: number) => number;

/** As pgvector defines them: <->, <+>, <=>, <#>, <~>; L2 without its root, which changes no order. */
const DISTANCES: Readonly<Record<VectorMetric, Distance>> = {
  l2: (a, b) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) {
      const apart = a[i]! - b[i]!;
      sum += apart * apart;
    }
    return sum;
  },
  l1: (a, b) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
    return sum;
  },
  ip: (a, b) => -dot(a, b),
  cosine: (a, b, lengths) => 1 - dot(a, b) / Math.sqrt(lengths),
  hamming: (a, b) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) sum++;
    return sum;
  },
};

/** Four sums at a time: a processor adds them side by side, where one sum would wait for each addition before the next. */
const dot = (a: Float32Array, b: Float32Array): number => {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let i = 0;
  for (; i + 3 < a.length; i += 4) {
    first += a[i]! * b[i]!;
    second += a[i + 1]! * b[i + 1]!;
    third += a[i + 2]! * b[i + 2]!;
    fourth += a[i + 3]! * b[i + 3]!;
  }
  for (; i < a.length; i++) first += a[i]! * b[i]!;
  return first + second + (third + fourth);
};

/** Both sides sum up floats, in an order of their own. */
const TOLERANCE = 1e-5;

export const squaredLength = (vector: Float32Array): number => dot(vector, vector);

export class Neighbours {
  readonly query: Float32Array;
  readonly #distance: Distance;
  readonly #squared: number;
  readonly #most: number;
  /** Of the nearest so far, in order. */
  readonly #distances: number[] = [];

  constructor(query: Float32Array, metric: VectorMetric, most: number) {
    this.query = query;
    this.#distance = DISTANCES[metric];
    this.#squared = squaredLength(query);
    this.#most = most;
  }

  get count(): number {
    return this.#distances.length;
  }

  /** @param squared the vector's `squaredLength`, which is the same for every query */
  see(vector: Float32Array, squared: number): void {
    const distance = this.#distance(this.query, vector, this.#squared * squared);
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
    return Math.min(this.count, found.filter((vector) => this.#to(vector) <= limit).length);
  }

  #to(vector: Float32Array): number {
    return this.#distance(this.query, vector, this.#squared * squaredLength(vector));
  }
}
