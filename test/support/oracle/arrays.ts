/** JSON arrays of scalars as PostgreSQL's arrays, for the oracle: both sides as canonical JSON. */
import { canonicalJson } from "./json.ts";
import { exactDecimal } from "./numbers.ts";

/** A number with its digits. */
interface Digits {
  readonly digits: string;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text, (_, value: unknown, context?: { readonly source?: string }) =>
      typeof value === "number" ? ({ digits: context?.source ?? "" } satisfies Digits) : value,
    );
  } catch {
    return undefined;
  }
};

const LIMITS: Readonly<Record<string, bigint>> = { _int2: 2n ** 15n, _int4: 2n ** 31n, _int8: 2n ** 63n };
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const isWhole = (digits: string, limit: bigint): boolean => {
  if (!/^(?:0|-?[1-9]\d*)$/.test(digits)) return false;
  const value = BigInt(digits);
  return value < limit && value >= -limit;
};

const fits = (value: unknown, type: string): boolean => {
  if (value === null) return true;
  const digits = typeof value === "object" && "digits" in value ? String(value.digits) : null;
  if (type === "_bool") return typeof value === "boolean";
  if (type === "_text" || type === "_varchar")
    return typeof value === "string" && value.isWellFormed() && !value.includes("\0");
  if (type === "_uuid") return typeof value === "string" && UUID.test(value);
  if (digits === null) return false;
  if (type === "_numeric") return exactDecimal(digits) !== "-0";
  if (type === "_float8")
    return exactDecimal(digits) === exactDecimal(String(Number(digits))) || Object.is(Number(digits), -0);
  return isWhole(digits, LIMITS[type] ?? 0n);
};

export const isArrayType = (type: string): boolean =>
  ["_bool", "_text", "_varchar", "_uuid", "_numeric", "_float8", ...Object.keys(LIMITS)].includes(type);

/** null for a text that is no array of the type's elements. */
export const arrayText = (text: string, type: string): string | null => {
  const value = parsed(text);
  return Array.isArray(value) && value.every((element) => fits(element, type)) ? canonicalJson(text) : null;
};
