/** The distinct values of a column while they are few: they tell booleans and enumerations from the rest. */

const MOST = 65;
/** A value longer than this is no word of an enumeration; it also bounds the memory of a column. */
const LONGEST = 1_000;

export class DistinctValues {
  /** False once there are too many or too long ones: callers need not add any more. */
  open = true;
  readonly #integers = new Set<number>();
  readonly #texts = new Set<string>();
  /** Rarer classes, in the form of the list. */
  readonly #others = new Set<string>();
  #lastInteger = Number.NaN;
  #lastText: string | null = null;

  /** An INTEGER value that a double holds exactly. */
  addSafeInteger(value: number): void {
    if (value === this.#lastInteger) return;
    this.#lastInteger = value;
    this.#integers.add(value);
    this.#count();
  }

  addBigInteger(value: bigint): void {
    this.#add(`integer:${value}`);
  }

  addReal(value: number): void {
    this.#add(`real:${Object.is(value, -0) ? "-0" : value}`);
  }

  addText(value: string): void {
    if (value === this.#lastText) return;
    if (value.length > LONGEST) this.close();
    else {
      this.#lastText = value;
      this.#texts.add(value);
      this.#count();
    }
  }

  addBlob(value: Buffer): void {
    if (value.length > LONGEST) this.close();
    else this.#add(`blob:${value.toString("hex")}`);
  }

  /** Gives up: from now on there is no list. */
  close(): void {
    this.open = false;
    this.#integers.clear();
    this.#texts.clear();
    this.#others.clear();
    this.#lastText = null;
  }

  /** Sorted, so that the same values give the same list; null where there are more than 65. */
  list(): readonly string[] | null {
    if (!this.open) return null;
    const integers = [...this.#integers].map((value) => `integer:${value}`);
    const texts = [...this.#texts].map((value) => `text:${value}`);
    return [...integers, ...texts, ...this.#others].sort();
  }

  #add(value: string): void {
    this.#others.add(value);
    this.#count();
  }

  #count(): void {
    if (this.#integers.size + this.#texts.size + this.#others.size > MOST) this.close();
  }
}
