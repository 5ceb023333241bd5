/**
 * What an application's column asks of a value besides its form. The server would pad, round or refuse the whole slice,
 * so each is enforced here, value by value.
 */
import type { CopyBuffer } from "./buffer.ts";
import { type FieldEncoder, Problem } from "./reject.ts";

/** char(n) is padded with blanks, which then do not count: a text that ends in some would come back without them. */
export const unpaddedEncoder =
  (encode: FieldEncoder): FieldEncoder =>
  (value, out) => {
    const start = out.length;
    const outcome = encode(value, out);
    if (outcome instanceof Problem || out.length - start <= 4 || out.bytes[out.length - 1] !== BLANK) return outcome;
    return new Problem("TRAILING_BLANKS", "text that ends in blanks, which char(n) does not keep");
  };

const BLANK = 32;

export const labelEncoder = (labels: readonly string[], encode: FieldEncoder): FieldEncoder => {
  const known = new Set(labels);
  const stranger = new Problem("NOT_A_LABEL", `a value that is none of the enum's ${labels.length} labels`);
  return (value, out) => {
    if (typeof value === "string") return known.has(value) ? encode(value, out) : stranger;
    const start = out.length;
    const outcome = encode(value, out);
    if (outcome instanceof Problem || known.has(out.bytes.toString("utf8", start + 4, out.length))) return outcome;
    return stranger;
  };
};

const MICRO_DIGITS = 6;

/** time(p), timestamp(p): eight bytes of microseconds, whose last digits have to be zeros. */
export const roundEncoder = (precision: number, encode: FieldEncoder): FieldEncoder => {
  const unit = 10 ** (MICRO_DIGITS - precision);
  return (value, out) => {
    const outcome = encode(value, out);
    if (outcome instanceof Problem || remainder(out, unit) === 0) return outcome;
    return new Problem("SCALE_EXCEEDED", `a time finer than the ${precision} digits of a second that the column keeps`);
  };
};

/** Of the signed 64 bits written last, from its halves: neither is beyond what numbers hold exactly. */
const remainder = ({ bytes, length }: CopyBuffer, unit: number): number =>
  ((((bytes.readInt32BE(length - 8) % unit) * (2 ** 32 % unit)) % unit) + (bytes.readUInt32BE(length - 4) % unit)) %
  unit;
