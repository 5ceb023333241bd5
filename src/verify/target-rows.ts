/** The stream of `COPY … TO STDOUT (FORMAT binary)`, as it comes in chunks of any size, as canonical rows. */
import { LandbridgeError } from "../errors.ts";
import type { Layout } from "./layout.ts";
import type { RowBuffer } from "./row-buffer.ts";
import { type TargetWriter, targetWriter } from "./target-values/compile.ts";

const SIGNATURE = Buffer.from("PGCOPY\n\xff\r\n\0", "latin1");
const HEADER_BYTES = SIGNATURE.length + 8;

export class TargetRows {
  read = 0;
  readonly #writers: readonly TargetWriter[];
  readonly #keyCount: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** How many bytes must be there before going on is worth while: a long value arrives in many chunks. */
  #needed = HEADER_BYTES;
  #headerSeen = false;
  #ended = false;

  constructor({ columns, keyCount }: Layout) {
    this.#writers = columns.map(({ type }) => targetWriter(type));
    this.#keyCount = keyCount;
  }

  /** Appends the rows that are complete with this chunk. */
  push(chunk: Buffer, out: RowBuffer): void {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes < this.#needed) return;
    const bytes = this.#waiting.length === 1 ? chunk : Buffer.concat(this.#waiting, this.#waitingBytes);
    let at = this.#headerSeen ? 0 : readHeader(bytes);
    this.#headerSeen = true;
    while (!this.#ended) {
      const next = this.#tuple(bytes, at, out);
      if (next < 0) {
        this.#needed = -next;
        break;
      }
      at = next;
    }
    const rest = bytes.subarray(at);
    this.#waiting = rest.length === 0 ? [] : [rest];
    this.#waitingBytes = rest.length;
  }

  /** To be called when the stream has ended. @throws LandbridgeError PROOF_UNREADABLE where it broke off */
  finish(): void {
    if (!this.#ended) throw unreadable("its answer broke off");
  }

  /** The offset behind the tuple at `at`; or, negative, how many bytes from `at` on are needed at least. */
  #tuple(bytes: Buffer, at: number, out: RowBuffer): number {
    const end = bytes.length;
    if (at + 2 > end) return -2;
    const fields = bytes.readInt16BE(at);
    if (fields === -1) {
      this.#ended = true;
      return at + 2;
    }
    if (fields !== this.#writers.length)
      throw unreadable(`a row has ${fields} fields instead of ${this.#writers.length}`);
    const { count, length: start } = out;
    let field = at + 2;
    out.starts.push(start);
    for (let column = 0; column < fields; column++) {
      const value = field + 4;
      const length = value <= end ? readInt32(bytes, field) : 0;
      if (value > end || value + length > end) {
        out.rewind(count, start);
        return at - Math.max(value, value + length);
      }
      if (length < 0) out.nothing();
      else this.#writers[column]!(bytes, value, length, out);
      field = length < 0 ? value : value + length;
      if (column + 1 === this.#keyCount) out.keyEnds.push(out.length);
    }
    if (this.#keyCount === 0) out.keyEnds.push(out.length);
    this.read++;
    return field;
  }
}

const readInt32 = (bytes: Buffer, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;

const readHeader = (bytes: Buffer): number => {
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw unreadable("it does not begin as binary COPY does");
  return HEADER_BYTES + bytes.readInt32BE(SIGNATURE.length + 4);
};

const unreadable = (what: string): LandbridgeError =>
  new LandbridgeError({
    code: "PROOF_UNREADABLE",
    message: `The target's rows could not be read back: ${what}.`,
    remedy: "Run verify again; if it stays, look into the server's log.",
  });
