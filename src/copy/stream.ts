/**
 * One COPY … FROM STDIN (FORMAT binary) on a client. Bytes are handed over a buffer at a time: `send` returns when the buffer
 * may be filled again, so that memory is bounded by the buffers, and the server works while the next one is being filled.
 */
import type { Client } from "pg";
import { type CopyStreamQuery, from as copyFrom } from "pg-copy-streams";
import type { CopyBuffer } from "./encode/buffer.ts";

/** The signature, no flags, no header extension. */
const HEADER = Buffer.concat([Buffer.from("PGCOPY\n\xff\r\n\0", "latin1"), Buffer.alloc(8)]);
const TRAILER = Buffer.from([0xff, 0xff]);
/** One message of the protocol: the server holds each whole in memory. */
const MESSAGE_BYTES = 1 << 20;
/**
 * A chunk longer than a socket's high-water mark is reported written only once it has left the process; a shorter one may still
 * be queued, so it is copied before its buffer is filled again.
 */
const SURELY_WRITTEN = 256 * 1024;

export class CopyIn {
  readonly #stream: CopyStreamQuery;
  readonly #failed: Promise<never>;
  #started = false;
  /** The server has refused the COPY: the driver has let go of the connection, and writing would only hide the reason. */
  #over = false;

  /**
   * Starts at once. @param statements COPY … FROM STDIN (FORMAT binary …), statements of the same transaction before it
   * allowed
   */
  constructor(client: Client, statements: string) {
    this.#stream = client.query(copyFrom(statements));
    this.#failed = new Promise((_, reject) =>
      this.#stream.once("error", (error) => {
        this.#over = true;
        reject(error);
      }),
    );
    // Whoever awaits the next step hears of it; a failure between two steps must not count as unhandled.
    this.#failed.catch(() => undefined);
    this.#stream.on("error", () => undefined);
  }

  /** Hands the filled part of a buffer over. @throws what the server or the socket says */
  async send({ bytes, length }: Pick<CopyBuffer, "bytes" | "length">): Promise<void> {
    if (!this.#started) {
      this.#started = true;
      await this.#write(HEADER);
    }
    for (let at = 0; at < length; at += MESSAGE_BYTES) {
      const chunk = bytes.subarray(at, Math.min(length, at + MESSAGE_BYTES));
      await this.#write(chunk.length < SURELY_WRITTEN ? Buffer.from(chunk) : chunk);
    }
  }

  /** Ends the COPY. @returns how many rows the server has taken */
  async finish(): Promise<number> {
    if (!this.#started) await this.#write(HEADER);
    if (this.#over) return this.#failed;
    const finished = new Promise<void>((resolve) => this.#stream.once("finish", resolve));
    this.#stream.end(Buffer.from(TRAILER));
    await Promise.race([finished, this.#failed]);
    return this.#stream.rowCount;
  }

  async #write(chunk: Buffer): Promise<void> {
    if (this.#over) return this.#failed;
    const written = new Promise<void>((resolve) => this.#stream.write(chunk, () => resolve()));
    await Promise.race([written, this.#failed]);
  }
}
