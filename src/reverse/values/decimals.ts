/** Exact decimals as text: whether two spellings are the same number, and which number of SQLite a text is. */

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const LEAST = -(2n ** 63n);
const GREATEST = 2n ** 63n - 1n;

/** One spelling for each value: digits without zeros at either end, and the power of ten of the last; null for no decimal. */
const canonical = (text: string): string | null => {
  const [, sign = "", whole = "", fraction = "", power = "0"] = DECIMAL.exec(text) ?? [];
  if (whole === "") return null;
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const trimmed = digits.replace(/0+$/, "");
  if (trimmed === "") return "0";
  return `${sign}${trimmed}e${Number(power) - fraction.length + digits.length - trimmed.length}`;
};

/** The double whose shortest decimal is this very value; null where digits would be lost. */
export const exactReal = (text: string): number | null => {
  const value = Number(text);
  if (!Number.isFinite(value)) return null;
  return canonical(String(value)) === canonical(text) ? value : null;
};

/** The 64-bit integer of this value (1.00 is 1); null where it is none. */
export const exactInteger = (text: string): bigint | null => {
  if (!/^-?\d+(?:\.0*)?$/.test(text)) return null;
  const value = BigInt(text.replace(/\..*$/, ""));
  return value >= LEAST && value <= GREATEST ? value : null;
};

/** A text that is exactly how an INTEGER is spelled. */
export const spelledInteger = (text: string): bigint | null =>
  /^(?:0|-?[1-9]\d*)$/.test(text) ? exactInteger(text) : null;

/** A text that is exactly how a REAL is spelled where storage classes share a column: shortest digits, ".0" where whole. */
export const spelledReal = (text: string): number | null => {
  if (text === "Infinity" || text === "-Infinity") return Number(text);
  if (!DECIMAL.test(text)) return null;
  const value = Number(text);
  if (Object.is(value, -0)) return text === "-0.0" ? value : null;
  const shortest = String(value);
  return text === (/^-?\d+$/.test(shortest) ? `${shortest}.0` : shortest) ? value : null;
};
