/** The stream of `COPY … TO STDOUT (FORMAT binary)`, in chunks of any size, as rows of fields. */
import { LandbridgeError } from "../../errors.ts";

const HEADER_BYTES = 11 + 4;

/** Reads one field; `length` is -1 for NULL. */
export type TakeField = (column: number, bytes: Buffer, at: number, length: number) => void;

export class CopyStream {
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #needed = HEADER_BYTES + 4;
  #begun = false;
  #ended = false;

  /** Hands out the rows that are complete with this chunk: each of their fields, then the end of the row. */
  push(chunk: Buffer, field: TakeField, endOfRow: () => void): void {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes < this.#needed) return;
    const bytes = this.#waiting.length === 1 ? chunk : Buffer.concat(this.#waiting, this.#waitingBytes);
    let at = this.#begun ? 0 : HEADER_BYTES + 4 + bytes.readInt32BE(HEADER_BYTES);
    this.#begun = true;
    while (!this.#ended) {
      const end = this.#endOfRow(bytes, at);
      if (end < 0) break;
      if (!this.#ended) {
        this.#take(bytes, at, field);
        endOfRow();
      }
      at = end;
    }
    const rest = bytes.subarray(at);
    this.#waiting = rest.length === 0 ? [] : [rest];
    this.#waitingBytes = rest.length;
  }

  /** To be called at the stream's end. @throws LandbridgeError REVERSE_UNREADABLE where it broke off */
  finish(): void {
    if (this.#ended) return;
    throw new LandbridgeError({
      code: "REVERSE_UNREADABLE",
      message: "The target's answer broke off in the middle of a table.",
      remedy: "Run reverse again; if it stays, look into the server's log.",
    });
  }

  /** The offset behind the row at `at`; negative where it is not all there yet. */
  #endOfRow(bytes: Buffer, at: number): number {
    this.#needed = 2;
    if (at + 2 > bytes.length) return -1;
    const fields = bytes.readInt16BE(at);
    if (fields < 0) {
      this.#ended = true;
      return at + 2;
    }
    let end = at + 2;
    for (let column = 0; column < fields; column++) {
      this.#needed = end + 4 - at;
      if (end + 4 > bytes.length) return -1;
      end += 4 + Math.max(0, bytes.readInt32BE(end));
      this.#needed = end - at;
      if (end > bytes.length) return -1;
    }
    return end;
  }

  #take(bytes: Buffer, at: number, field: TakeField): void {
    const fields = bytes.readInt16BE(at);
    let next = at + 2;
    for (let column = 0; column < fields; column++) {
      const length = bytes.readInt32BE(next);
      field(column, bytes, next + 4, length);
      next += 4 + Math.max(0, length);
    }
  }
}
