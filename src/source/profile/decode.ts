/** Text is bytes until proven text: the driver turns invalid sequences into U+FFFD without a word. */
import type { Encoding } from "../model.ts";

const LABELS = { "UTF-8": "utf-8", "UTF-16le": "utf-16le", "UTF-16be": "utf-16be" } as const;

export type DecodeText = (stored: Uint8Array) => string | null;

/**
 * A decoder of stored TEXT bytes in the file's encoding; it gives null for bytes that are not valid there (lone surrogates
 * included).
 */
export const textDecoder = (encoding: Encoding): DecodeText => {
  // A BOM is a character of the text like any other.
  const decoder = new TextDecoder(LABELS[encoding], { fatal: true, ignoreBOM: true });
  return (stored) => {
    try {
      return decoder.decode(stored);
    } catch {
      return null;
    }
  };
};
