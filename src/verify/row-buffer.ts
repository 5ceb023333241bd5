/** Texts of more characters are measured before they are written. */
const MEASURED_TEXT = 65_536;

/**
 * Canonical rows, one behind the other: what both sides of the proof are turned into before they are compared byte by byte.
 * This file moves bytes and knows nothing of types; what the bytes mean is decided, twice and independently, in
 * source-values/ and target-values/.
 *
 * A row is its columns in the table's canonical order (key columns first); a column is a 32-bit length and that many bytes.
 * The length -1 stands for NULL, -2 for a source value that has no equal in its target type (its text for a person
 * follows): the target side never writes -2, so such a value is never proven equal.
 *
 * | type | bytes |
 * |---|---|
 * | smallint, integer, bigint | 64-bit two's complement |
 * | double precision | IEEE bits, every NaN as 7ff8000000000000 |
 * | boolean | 0 or 1 |
 * | numeric | class (0 plus or zero, 1 minus, 2 NaN, 3 infinity, 4 minus infinity), 32-bit exponent e, ASCII digits d without zeros at either end: 0.d × 10^e |
 * | real | as the double of the same value |
 * | text, varchar, citext, enum, json | UTF-8 |
 * | char | UTF-8 without the blanks at its end |
 * | array (of one dimension) | 32-bit count of elements, each of them as a column |
 * | vector, halfvec | IEEE bits of the elements, four or two bytes each |
 * | bit | 32-bit count of bits, the bits from the highest of the first byte on |
 * | bytea | the bytes |
 * | uuid | 16 bytes |
 * | date | 32-bit days since 1970-01-01 |
 * | time | 48-bit microseconds since midnight |
 * | timestamp, timestamptz | days as for date, microseconds of that day (UTC); the infinities as the least and greatest day |
 * | jsonb | `n`, `t`, `f`; `#` length numeric; `"` length UTF-8; `[` count elements; `{` count members (length, key, value) in the order of their bytes, duplicates kept |
 */
export class RowBuffer {
  bytes: Buffer;
  length = 0;
  /** Offsets of each row's first byte and of the first byte behind its key columns. */
  readonly starts: number[] = [];
  readonly keyEnds: number[] = [];
  /** What a person calls each row, where its key columns do not say it (`rowid 7`); kept by the source side only. */
  readonly labels: string[] = [];
  /** Set by a source writer that changed a value because the user asked for it. */
  cleaned = false;
  /** Set by a source writer that found no equal for a value. */
  refused = false;

  /** @param capacity bytes to begin with: little, because a database may have thousands of small tables */
  constructor(capacity = 16_384) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
  }

  get count(): number {
    return this.starts.length;
  }

  /** The offset behind the last byte of row `index`. */
  end(index: number): number {
    return this.starts[index + 1] ?? this.length;
  }

  row(index: number): Buffer {
    return this.bytes.subarray(this.starts[index]!, this.end(index));
  }

  /** Makes room for `more` bytes behind `length`. */
  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + more));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  int32(value: number): void {
    this.reserve(4);
    const { bytes, length } = this;
    bytes[length] = value >> 24;
    bytes[length + 1] = value >> 16;
    bytes[length + 2] = value >> 8;
    bytes[length + 3] = value;
    this.length = length + 4;
  }

  patchInt32(at: number, value: number): void {
    this.bytes.writeInt32BE(value, at);
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  uint48(value: number): void {
    this.reserve(6);
    this.bytes.writeUIntBE(value, this.length, 6);
    this.length += 6;
  }

  copy(from: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    const { bytes, length } = this;
    // A call into native code costs more than moving a few bytes one by one.
    if (end - start < 32) for (let at = start, to = length; at < end; at++, to++) bytes[to] = from[at]!;
    else bytes.set(from.subarray(start, end), length);
    this.length = length + end - start;
  }

  /** UTF-8 of `text`, without a length. */
  utf8(text: string): void {
    // A long text is measured first: three times its length could be a gigabyte that nobody needs.
    this.reserve(text.length <= MEASURED_TEXT ? text.length * 3 : Buffer.byteLength(text));
    if (text.length < 24) {
      const { bytes, length } = this;
      let at = 0;
      for (; at < text.length; at++) {
        const unit = text.charCodeAt(at);
        if (unit > 0x7f) break;
        bytes[length + at] = unit;
      }
      if (at === text.length) {
        this.length = length + at;
        return;
      }
    }
    this.length += this.bytes.write(text, this.length, "utf8");
  }

  nothing(): void {
    this.int32(-1);
  }

  /** Marks a source value without an equal; `shown` is its text for a person. */
  noEqual(shown: string): void {
    this.refused = true;
    this.int32(-2);
    const at = this.length;
    this.int32(0);
    this.utf8(shown);
    this.patchInt32(at, this.length - at - 4);
  }

  /** Forgets everything from row `index` on, which began at `length`. */
  rewind(index: number, length: number): void {
    this.starts.length = index;
    this.keyEnds.length = index;
    this.labels.length = index;
    this.length = length;
  }

  clear(): void {
    this.rewind(0, 0);
  }
}

/** The offset behind the column that begins at `at`. */
export const skipColumn = (bytes: Buffer, at: number): number => {
  const length = bytes.readInt32BE(at);
  if (length >= 0) return at + 4 + length;
  return length === -2 ? at + 8 + bytes.readInt32BE(at + 4) : at + 4;
};
