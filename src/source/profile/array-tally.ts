/** Counts the JSON arrays of scalars of one column by what their elements are. */
import type { ArrayCounts } from "../model.ts";
import { ALL_ARRAY_STYLES, type ArrayKind, inspectJsonArray } from "../shapes/json-array.ts";

/** In a column with so many arrays, the numbers of long ones (in characters) are no longer looked at one by one. */
const ENOUGH_ARRAYS = 200;
const LONG = 512;

export class ArrayTally {
  readonly #kinds: Record<ArrayKind, number> = {
    ...{ empty: 0, boolean: 0, integer: 0, double: 0, numeric: 0, uuid: 0, text: 0 },
  };
  #arrays = 0;
  #wide = 0;
  #shortest = Number.POSITIVE_INFINITY;
  #longest = 0;
  #styles = ALL_ARRAY_STYLES;

  /** Whether the text, which is JSON that jsonb keeps, is an array of null and scalars of one kind. */
  add(text: string): boolean {
    const facts = inspectJsonArray(text, text.length > LONG && this.#arrays >= ENOUGH_ARRAYS);
    if (facts === null) return false;
    this.#arrays++;
    this.#kinds[facts.kind]++;
    if (facts.wide) this.#wide++;
    this.#styles &= facts.styles;
    if (facts.kind === "empty") return true;
    if (facts.length < this.#shortest) this.#shortest = facts.length;
    if (facts.length > this.#longest) this.#longest = facts.length;
    return true;
  }

  counts(): ArrayCounts {
    return {
      ...this.#kinds,
      wide: this.#wide,
      shortest: this.#longest === 0 ? 0 : this.#shortest,
      longest: this.#longest,
      styles: this.#arrays === 0 ? 0 : this.#styles,
    };
  }
}
