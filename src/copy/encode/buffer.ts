/**
 * The bytes of a COPY in the making: one growing buffer that is filled, sent and filled again. Big-endian, as PostgreSQL
 * reads.
 */

/** Texts up to this length are written character by character: a call into the runtime costs more than the loop. */
const SHORT_TEXT = 24;
/** Texts up to this length reserve three bytes a character; longer ones are measured first, so that memory follows the bytes. */
const MEASURED_TEXT = 65_536;
const TWO_TO_32 = 4_294_967_296;

export class CopyBuffer {
  bytes: Buffer;
  length = 0;
  #view: DataView;

  constructor(capacity = 1 << 20) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `size` more bytes. Every write below but the texts and bytes expects this to have been done. */
  reserve(size: number): void {
    const needed = this.length + size;
    if (needed <= this.bytes.length) return;
    // Doubling what is large already would cost a second copy of a 64 MiB value.
    const grown = Buffer.allocUnsafeSlow(Math.max(needed + 65_536, Math.min(this.bytes.length * 2, 16 << 20)));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  /** Gives back what a huge row made the buffer grow to; its content is gone. */
  shrink(capacity: number): void {
    this.length = 0;
    if (this.bytes.length <= capacity) return;
    this.bytes = Buffer.allocUnsafeSlow(capacity);
    this.#view = new DataView(this.bytes.buffer);
  }

  writeByte(value: number): void {
    this.bytes[this.length++] = value;
  }

  writeInt16(value: number): void {
    this.#view.setInt16(this.length, value);
    this.length += 2;
  }

  writeInt32(value: number): void {
    this.#view.setInt32(this.length, value);
    this.length += 4;
  }

  /** Overwrites four bytes that were written before: lengths that are known only afterwards. */
  setInt32(at: number, value: number): void {
    this.#view.setInt32(at, value);
  }

  writeInt64(value: bigint): void {
    this.#view.setBigInt64(this.length, value);
    this.length += 8;
  }

  /** An integer within ±2^53: no BigInt is made of it. */
  writeSafeInt64(value: number): void {
    this.#view.setInt32(this.length, Math.floor(value / TWO_TO_32));
    this.#view.setUint32(this.length + 4, value >>> 0);
    this.length += 8;
  }

  writeReal(value: number): void {
    this.#view.setFloat32(this.length, value);
    this.length += 4;
  }

  writeDouble(value: number): void {
    this.#view.setFloat64(this.length, value);
    this.length += 8;
  }

  /** Appends text as UTF-8 without a length; makes its own room. */
  writeText(value: string): void {
    const characters = value.length;
    if (characters <= SHORT_TEXT) {
      this.reserve(SHORT_TEXT * 3);
      if (this.#writeAscii(value, characters)) return;
      this.length += this.bytes.write(value, this.length);
      return;
    }
    this.reserve(characters <= MEASURED_TEXT ? characters * 3 : Buffer.byteLength(value));
    this.length += this.bytes.write(value, this.length);
  }

  /** A field: length and UTF-8 text. */
  writeTextField(value: string): void {
    this.reserve(4);
    const at = this.length;
    this.length += 4;
    this.writeText(value);
    this.#view.setInt32(at, this.length - at - 4);
  }

  /** A field: length and bytes. */
  writeBytesField(value: Uint8Array): void {
    this.reserve(4 + value.length);
    this.writeInt32(value.length);
    this.bytes.set(value, this.length);
    this.length += value.length;
  }

  #writeAscii(value: string, characters: number): boolean {
    const { bytes, length } = this;
    for (let i = 0; i < characters; i++) {
      const code = value.charCodeAt(i);
      if (code > 127) return false;
      bytes[length + i] = code;
    }
    this.length = length + characters;
    return true;
  }
}
