/** Decimal texts as exact values, for the oracle: no double is ever made of them. */

/** `-12.50e3` → `-125e2`: sign, digits without zeros at either end, power of ten. Null where it is no decimal. */
export const exactDecimal = (text: string): string | null => {
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!parts || `${parts[2]}${parts[3] ?? ""}` === "") return null;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = parts;
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  const minus = sign === "-" ? "-" : "";
  if (significant === "") return `${minus}0`;
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${minus}${significant}e${power}`;
};

/** The 64 bits of a double in hex, as float8send gives them. */
export const doubleBits = (value: number): string => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString("hex");
};

/** The shortest text that reads back as this double, with `.0` where it is whole (docs/types.md, mixed columns). */
export const realText = (value: number): string => {
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
};
