/** JSON arrays of scalars as canonical arrays: each element as the column that it would be. */
import type { ElementType, SourceForm, TargetType } from "../../plan/model.ts";
import { RowBuffer } from "../row-buffer.ts";
import { writeDecimal } from "./decimal.ts";
import { refuse, type SourceValue, type SourceWriter } from "./value.ts";

/** Digits as they are spelled: a double would lose some. */
const asSpelled = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === "number" ? { digits: context?.source ?? "" } : value;

/** @param writerOf gives the writer of the elements */
export const jsonArray = (
  type: TargetType,
  writerOf: (element: ElementType, form: SourceForm) => SourceWriter,
): SourceWriter => {
  if (type.name !== "array") return refuse;
  const { element } = type;
  const write = writerOf(element, formOf(element));
  return (value, out) => {
    const elements = typeof value === "string" ? parsed(value) : null;
    const start = out.length;
    const { refused, cleaned } = out;
    if (elements !== null) {
      out.refused = false;
      out.int32(0);
      out.int32(elements.length);
      for (const one of elements) {
        const scalar = scalarOf(one, element);
        if (scalar === undefined) out.refused = true;
        else if (scalar === null) out.nothing();
        else write(scalar, out);
      }
      out.patchInt32(start, out.length - start - 4);
    }
    // Text of an array is not repaired: its row stays behind.
    const isWhole = elements !== null && !out.refused && out.cleaned === cleaned;
    out.refused = refused;
    out.cleaned = cleaned;
    if (isWhole) return;
    out.length = start;
    refuse(value, out);
  };
};

const parsed = (text: string): unknown[] | null => {
  try {
    const value: unknown = JSON.parse(text, asSpelled);
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
};

const formOf = ({ name }: ElementType): SourceForm => {
  if (name === "double precision" || name === "real") return { kind: "real" };
  if (name === "numeric") return { kind: "decimal" };
  if (name === "boolean") return { kind: "boolean-integer" };
  if (name === "uuid") return { kind: "uuid", spelling: "lower" };
  return { kind: name === "text" || name === "varchar" ? "text" : "integer" };
};

/** undefined for an element that its type does not have. */
const scalarOf = (value: unknown, { name }: ElementType): SourceValue | undefined => {
  if (value === null) return null;
  if (typeof value === "boolean") return name === "boolean" ? BigInt(value) : undefined;
  if (typeof value === "string") {
    const isText = name === "text" || name === "varchar" || name === "uuid";
    return isText && value.isWellFormed() && !value.includes("\0") ? value : undefined;
  }
  const digits = typeof value === "object" && "digits" in value! ? String(value.digits) : null;
  if (digits === null) return undefined;
  if (name === "double precision" || name === "real") return exactDouble(digits);
  if (name === "numeric") return digits;
  const isInteger = name === "smallint" || name === "integer" || name === "bigint";
  if (!isInteger || !/^-?\d+$/.test(digits) || digits === "-0") return undefined;
  const integer = BigInt(digits);
  return integer < -(2n ** 63n) || integer >= 2n ** 63n ? undefined : integer;
};

/** A double that is the very number which is spelled, both compared as canonical decimals; undefined where none is. */
const exactDouble = (digits: string): number | undefined => {
  const double = Number(digits);
  if (!Number.isFinite(double)) return undefined;
  spelledAs.length = 0;
  writeDecimal(digits, spelledAs);
  const { length } = spelledAs;
  writeDecimal(String(double), spelledAs);
  const { bytes } = spelledAs;
  const isSame = bytes.subarray(0, length).equals(bytes.subarray(length, spelledAs.length));
  return isSame ? double : undefined;
};

const spelledAs = new RowBuffer(256);
