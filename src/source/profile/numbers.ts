/** What the INTEGER and REAL values of one column are: ranges, fractions, digits. */
import { decimalSize, shortestDecimal } from "../shapes/decimal.ts";
import { guessEpochUnit, readEpoch } from "../shapes/epoch.ts";
import { readJulian } from "../shapes/julian.ts";

const digitsBeforePoint = (decimal: string): number => {
  const digits = decimal.replace("-", "").split(".")[0] ?? "";
  return digits === "0" ? 0 : digits.length;
};

/** INTEGER values; the ends are kept as doubles while those are exact. */
export class IntegerTally {
  count = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #bigMin: bigint | null = null;
  #bigMax: bigint | null = null;

  addSafe(value: number): void {
    this.count++;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  /** A value beyond ±2^53. */
  addBig(value: bigint): void {
    this.count++;
    if (this.#bigMin === null || value < this.#bigMin) this.#bigMin = value;
    if (this.#bigMax === null || value > this.#bigMax) this.#bigMax = value;
  }

  min(): string | null {
    if (this.count === 0) return null;
    return this.#bigMin !== null && !(Number(this.#bigMin) > this.#min) ? String(this.#bigMin) : String(this.#min);
  }

  max(): string | null {
    if (this.count === 0) return null;
    return this.#bigMax !== null && !(Number(this.#bigMax) < this.#max) ? String(this.#bigMax) : String(this.#max);
  }

  integerDigits(): number {
    return this.count === 0 ? 0 : Math.max(digitsBeforePoint(this.min() ?? "0"), digitsBeforePoint(this.max() ?? "0"));
  }
}

/** Up to here a decimal of that many digits is the shortest one of its double. */
const UNIQUE_BELOW = 1e15;

/** REAL values. `moments`: count the Julian days and epochs among them. */
export class RealTally {
  count = 0;
  fractions = 0;
  infinities = 0;
  negativeZeros = 0;
  julians = 0;
  epochSeconds = 0;
  epochMillis = 0;
  maxScale = 0;
  /**
   * 10 ** maxScale, and the size from which on a value cannot have more digits after the point than that: doubles have 17 in
   * all.
   */
  #scaleFactor = 1;
  #settledFrom = 1e16;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  readonly #moments: boolean;

  constructor(moments: boolean) {
    this.#moments = moments;
  }

  add(value: number): void {
    this.count++;
    if (!Number.isFinite(value)) {
      this.infinities++;
      return;
    }
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    if (value === 0) {
      if (Object.is(value, -0)) this.negativeZeros++;
      return;
    }
    if (Math.floor(value) !== value) {
      this.fractions++;
      if (Math.abs(value) < this.#settledFrom) this.#measureScale(value);
    }
    if (this.#moments) this.#countMoment(value);
  }

  /** The ends as numbers: −0 is told by its own count. */
  minimum(): number | null {
    return this.#min <= this.#max ? this.#min + 0 : null;
  }

  maximum(): number | null {
    return this.#min <= this.#max ? this.#max + 0 : null;
  }

  integerDigits(): number {
    if (!(this.#min <= this.#max)) return 0;
    return Math.max(digitsBeforePoint(shortestDecimal(this.#min)), digitsBeforePoint(shortestDecimal(this.#max)));
  }

  #measureScale(value: number): void {
    const scaled = Math.round(value * this.#scaleFactor);
    if (Math.abs(scaled) < UNIQUE_BELOW && this.maxScale <= 22 && scaled / this.#scaleFactor === value) return;
    const { scale } = decimalSize(value);
    if (scale <= this.maxScale) return;
    this.maxScale = scale;
    this.#scaleFactor = 10 ** scale;
    this.#settledFrom = 10 ** (17 - scale);
  }

  #countMoment(value: number): void {
    if (readJulian(value)) this.julians++;
    // Every double of a sensible size is an exact count of some unit: only the unit that its size says is meant.
    const unit = guessEpochUnit(value, value);
    if (unit === "s" && readEpoch(value, "s")) this.epochSeconds++;
    if (unit === "ms" && readEpoch(value, "ms")) this.epochMillis++;
  }
}
