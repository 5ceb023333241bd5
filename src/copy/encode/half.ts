/** IEEE 754 half precision (binary16), the elements of halfvec. */

const words = new DataView(new ArrayBuffer(8));
/** Least exponent of a number that is not subnormal; above that of the greatest, everything is too much. */
const LEAST = -14;
const MOST = 15;

const LEAST_NORMAL = 2 ** LEAST;
const SUBNORMALS = 2 ** 24;
const SHIFTS: readonly number[] = Array.from({ length: MOST - LEAST + 1 }, (_, index) => 2 ** (index + LEAST + 42));

/**
 * The sixteen bits of the half nearest to a number, ties to the even one.
 * @returns null for what it does not hold: NaN, infinities, and what would round to one
 */
export const halfBits = (value: number): number | null => {
  const magnitude = Math.abs(value);
  words.setFloat64(0, magnitude);
  const exponent = Math.max(LEAST, (words.getUint16(0) >> 4) - 1023);
  if (!(exponent <= MOST)) return null;
  // A double with this much added to it has its last bit where a half has: the addition rounds it.
  const shift = SHIFTS[exponent - LEAST]!;
  const rounded = magnitude + shift - shift;
  if (rounded >= 65_536) return null;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  if (rounded < LEAST_NORMAL) return sign | (rounded * SUBNORMALS);
  words.setFloat64(0, rounded);
  return sign | (((words.getUint16(0) >> 4) - 1023 + 15) << 10) | ((words.getUint32(0) & 0xfffff) >> 10);
};
