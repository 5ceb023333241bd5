/** Decodes TEXT from its stored bytes, fatally: what is not valid in the file's encoding stays bytes. */
import type { Encoding } from "../../source/model.ts";
import { textDecoder } from "../../source/profile/decode.ts";
import { InvalidText, type SqliteValue } from "../encode/reject.ts";
import { FLAGS_PER_TEXT } from "./select.ts";

/** Turns a row of the careful select (values, then a packed flag for each) into a row as the plain select gives it, in place. */
export const textRestorer = (encoding: Encoding, width: number): ((row: unknown[]) => SqliteValue[]) => {
  const decoded = textDecoder(encoding);
  const decode = (bytes: Buffer): string | InvalidText => decoded(bytes) ?? new InvalidText(bytes);
  return (row) => {
    for (let i = 0; i < width; i++) if (flagOf(row, width, i) === TEXT) row[i] = decode(row[i] as Buffer);
    row.length = width;
    return row as SqliteValue[];
  };
};

const TEXT = "1";

/** The flag of value `i` in a row of `width` values with packed flags behind them. */
export const flagOf = (row: readonly unknown[], width: number, i: number): string =>
  (row[width + Math.floor(i / FLAGS_PER_TEXT)] as string).charAt(i % FLAGS_PER_TEXT);
