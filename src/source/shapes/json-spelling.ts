/** Numbers of JSON as programs write them, and whether two spellings are one number. */

const PARTS = /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Sign, digits without zeros at either end, and the power of ten of the last one. */
const canonical = (text: string): string | null => {
  const parts = PARTS.exec(text);
  if (parts === null) return null;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = parts;
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return `${sign}0`;
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
};

/** Whether two decimal spellings are the very same number; false for what is no finite decimal. */
export const sameNumber = (left: string, right: string): boolean => {
  const number = canonical(left);
  return number !== null && number === canonical(right);
};

/** As Python's repr() writes a finite double: with a point, and an exponent from 1e16 on and below 1e-4. */
export const pythonNumber = (value: number): string => {
  if (Object.is(value, -0)) return "-0.0";
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-4 && size < 1e16)) {
    const text = String(value);
    return text.includes(".") ? text : `${text}.0`;
  }
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
};
