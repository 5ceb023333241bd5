/** Chance that is the same everywhere and always, so that the sample is the same file for everybody. */

export interface Random {
  /** A whole number from 0 to `below` - 1. */
  readonly below: (below: number) => number;
  readonly pick: <T>(list: readonly T[]) => T;
  readonly uuid: () => string;
  readonly bytes: (length: number) => Buffer;
}

/** A generator by the xorshift32 rule; `seed` must not be 0. */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  const below = (limit: number): number => next() % limit;
  const bytes = (length: number): Buffer => Buffer.from(Array.from({ length }, () => next() >>> 24));
  const uuid = (): string => {
    const raw = bytes(16);
    raw[6] = (raw[6]! & 0x0f) | 0x40;
    raw[8] = (raw[8]! & 0x3f) | 0x80;
    const hex = raw.toString("hex");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };
  return { below, pick: (list) => list[below(list.length)]!, uuid, bytes };
};
