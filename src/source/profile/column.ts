/** The profile of one column while it is being scanned. */
import { isUtf8 } from "node:buffer";
import type { ColumnProfile, SourceColumn } from "../model.ts";
import { askedShapes, asksForMoments } from "./asked.ts";
import { DistinctValues } from "./distinct.ts";
import { IntegerTally, RealTally } from "./numbers.ts";
import { ShapeTally } from "./shape-tally.ts";
import { measured, measureText } from "./texts.ts";
import { VectorTally } from "./vectors.ts";

/** INTEGER is bigint, REAL number, TEXT string, BLOB Buffer, as the driver gives them with safe integers. */
export type Cell = bigint | number | string | Buffer | null;

/** Bytes that an INTEGER or REAL value is counted with. */
const NUMBER_BYTES = 8;

export class ColumnTally {
  readonly #integers = new IntegerTally();
  readonly #reals: RealTally;
  readonly #distinct = new DistinctValues();
  readonly #shapes: ShapeTally;
  readonly #vectors = new VectorTally();
  readonly #firstKeys: Record<string, string> = {};
  #nulls = 0;
  #texts = 0;
  #blobs = 0;
  #maxCharacters = 0;
  #maxTextBytes = 0;
  #maxBlobBytes = 0;
  #minBlobBytes = Number.POSITIVE_INFINITY;
  #nulTexts = 0;
  #invalidTexts = 0;
  #emptyTexts = 0;
  #textualBlobs = 0;
  /** Set for each value before it is looked at; strings are made of it only for first occurrences. */
  readonly #keyOf: () => string;

  /** `keyOf` names the row at hand. */
  constructor(column: SourceColumn, keyOf: () => string) {
    this.#keyOf = keyOf;
    this.#reals = new RealTally(asksForMoments(column.declaredType));
    this.#shapes = new ShapeTally(askedShapes(column.declaredType));
  }

  addNull(): void {
    this.#nulls++;
  }

  /** Gives the value's bytes. */
  addInteger(value: bigint): number {
    const near = Number(value);
    if (this.#integers.count === 0) this.#first("integer");
    if (Number.isSafeInteger(near)) {
      this.#integers.addSafe(near);
      if (this.#distinct.open) this.#distinct.addSafeInteger(near);
    } else {
      this.#integers.addBig(value);
      if (this.#distinct.open) this.#distinct.addBigInteger(value);
    }
    return NUMBER_BYTES;
  }

  addReal(value: number): number {
    if (this.#reals.count === 0) this.#first("real");
    if (this.#reals.infinities === 0 && !Number.isFinite(value)) this.#first("infinity");
    this.#reals.add(value);
    if (this.#distinct.open) this.#distinct.addReal(value);
    return NUMBER_BYTES;
  }

  /** A text that is known to be valid and that `measured` describes. */
  addMeasuredText(value: string): void {
    if (this.#texts++ === 0) this.#first("text");
    if (measured.characters > this.#maxCharacters) this.#maxCharacters = measured.characters;
    if (measured.utf8Bytes > this.#maxTextBytes) this.#maxTextBytes = measured.utf8Bytes;
    if (measured.hasNul && this.#nulTexts++ === 0) this.#first("nul");
    if (value.length === 0 && this.#emptyTexts++ === 0) this.#first("empty");
    if (this.#distinct.open) this.#distinct.addText(value);
    this.#shapes.add(value, this.#keyOf);
    this.#vectors.addText(value);
  }

  /** Stored bytes of a TEXT value: decoded, or null where they are not valid in the file's encoding. */
  addStoredText(stored: Buffer, decoded: string | null): number {
    if (decoded !== null) {
      measureText(decoded);
      this.addMeasuredText(decoded);
    } else {
      if (this.#texts++ === 0) this.#first("text");
      if (this.#invalidTexts++ === 0) this.#first("invalid");
      if (stored.length > this.#maxTextBytes) this.#maxTextBytes = stored.length;
      this.#distinct.close();
      this.#shapes.addInvalid(this.#keyOf);
    }
    return stored.length;
  }

  addBlob(value: Buffer): number {
    if (this.#blobs++ === 0) this.#first("blob");
    if (value.length > this.#maxBlobBytes) this.#maxBlobBytes = value.length;
    if (value.length < this.#minBlobBytes) this.#minBlobBytes = value.length;
    if (isUtf8(value) && !value.includes(0)) this.#textualBlobs++;
    this.#vectors.addBlob(value);
    if (this.#distinct.open) this.#distinct.addBlob(value);
    return value.length;
  }

  profile(): ColumnProfile {
    const integers = this.#integers;
    const reals = this.#reals;
    const distinct = this.#distinct.list();
    return {
      nulls: this.#nulls,
      integers: integers.count,
      reals: reals.count,
      texts: this.#texts,
      blobs: this.#blobs,
      minInteger: integers.min(),
      maxInteger: integers.max(),
      fractions: reals.fractions,
      infinities: reals.infinities,
      negativeZeros: reals.negativeZeros,
      minReal: reals.minimum(),
      maxReal: reals.maximum(),
      maxIntegerDigits: Math.max(integers.integerDigits(), reals.integerDigits()),
      maxScale: reals.maxScale,
      maxCharacters: this.#maxCharacters,
      maxTextBytes: this.#maxTextBytes,
      maxBlobBytes: this.#maxBlobBytes,
      minBlobBytes: this.#blobs === 0 ? 0 : this.#minBlobBytes,
      nulTexts: this.#nulTexts,
      invalidTexts: this.#invalidTexts,
      emptyTexts: this.#emptyTexts,
      textualBlobs: this.#textualBlobs,
      vectors: this.#vectors.counts(),
      distinct: distinct?.map(([value]) => value) ?? null,
      occurrences: distinct?.map(([, count]) => count) ?? null,
      shapes: {
        ...this.#shapes.counts(),
        julianReal: reals.julians,
        epochReal: { s: reals.epochSeconds, ms: reals.epochMillis },
      },
      examples: this.#shapes.examples(),
      firstKeys: { ...this.#firstKeys },
    };
  }

  #first(what: string): void {
    this.#firstKeys[what] = this.#keyOf();
  }
}

/** The profile of a column that cannot be evaluated: empty, with the reason under `unreadable`. */
export const unreadableColumn = (column: SourceColumn, problem: string): ColumnProfile => ({
  ...new ColumnTally(column, () => "").profile(),
  distinct: null,
  occurrences: null,
  firstKeys: { unreadable: problem },
});
