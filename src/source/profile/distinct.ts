/** The distinct values of a column while they are few: they tell booleans and enumerations from the rest. */

const MOST = 65;
/** A value longer than this is no word of an enumeration; it also bounds the memory of a column. */
const LONGEST = 1_000;

interface Occurrences {
  count: number;
}

export class DistinctValues {
  /** False once there are too many or too long ones: callers need not add any more. */
  open = true;
  readonly #integers = new Map<number, Occurrences>();
  readonly #texts = new Map<string, Occurrences>();
  /** Rarer classes, in the form of the list. */
  readonly #others = new Map<string, Occurrences>();
  /** The value before, which is often the same again. */
  #lastInteger = Number.NaN;
  #lastText: string | null = null;
  #last: Occurrences = { count: 0 };

  /** An INTEGER value that a double holds exactly. */
  addSafeInteger(value: number): void {
    if (value !== this.#lastInteger) {
      this.#lastInteger = value;
      this.#lastText = null;
      this.#last = this.#entry(this.#integers, value);
    }
    this.#last.count++;
  }

  addBigInteger(value: bigint): void {
    this.#add(`integer:${value}`);
  }

  addReal(value: number): void {
    this.#add(`real:${Object.is(value, -0) ? "-0" : value}`);
  }

  addText(value: string): void {
    if (value !== this.#lastText) {
      if (value.length > LONGEST) {
        this.close();
        return;
      }
      this.#lastText = value;
      this.#lastInteger = Number.NaN;
      this.#last = this.#entry(this.#texts, value);
    }
    this.#last.count++;
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

  /** Sorted, so that the same values give the same list, each with its count; null where there are more than 65. */
  list(): readonly (readonly [value: string, count: number])[] | null {
    if (!this.open) return null;
    const integers = [...this.#integers].map(([value, { count }]) => [`integer:${value}`, count] as const);
    const texts = [...this.#texts].map(([value, { count }]) => [`text:${value}`, count] as const);
    const others = [...this.#others].map(([value, { count }]) => [value, count] as const);
    return [...integers, ...texts, ...others].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }

  #add(value: string): void {
    this.#entry(this.#others, value).count++;
  }

  #entry<T>(entries: Map<T, Occurrences>, value: T): Occurrences {
    const known = entries.get(value);
    if (known !== undefined) return known;
    const made = { count: 0 };
    entries.set(value, made);
    if (this.#integers.size + this.#texts.size + this.#others.size > MOST) this.close();
    return made;
  }
}
