/** Arrays back into JSON texts: in the one spelling that the column had, where it had one. */
import type { ArraySpelling, TargetType } from "../../plan/model.ts";
import { Misfit, type Renderer } from "./model.ts";

/** A JSON number with the digits that the server wrote. */
class Digits {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const exactly = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === "number" ? new Digits(context?.source ?? String(value)) : value;

const SEVERAL_DIMENSIONS = new Misfit("an array of several dimensions in a column of JSON lists");
const NO_NUMBER = new Misfit("an array with a number that JSON cannot say (NaN or infinity)");

/** From the server's own JSON of an array; null elements stay null. */
export const jsonArray = (spelling: ArraySpelling | undefined, type: TargetType): Renderer => {
  const element = type.name === "array" ? type.element.name : "text";
  const isText = element === "text" || element === "varchar" || element === "uuid";
  const spelled = (value: unknown): string | null => {
    if (value instanceof Digits) return numberText(value.text, element, spelling);
    if (typeof value !== "string") return String(value);
    return isText ? textOf(value, spelling?.ascii === true) : null;
  };
  return (value) => {
    const elements = JSON.parse(String(value), exactly as (key: string, value: unknown) => unknown) as unknown[];
    if (elements.some((one) => Array.isArray(one))) return SEVERAL_DIMENSIONS;
    const texts = elements.map(spelled);
    if (texts.includes(null)) return NO_NUMBER;
    return `[${texts.join(spelling?.separator ?? ",")}]`;
  };
};

const textOf = (value: string, ascii: boolean): string => {
  const text = JSON.stringify(value);
  if (!ascii) return text;
  return text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
};

/** Doubles have two habits; all other numbers are the digits that the server writes. */
const numberText = (digits: string, element: string, spelling: ArraySpelling | undefined): string => {
  if (element !== "double precision" && element !== "real") return digits;
  const value = Number(digits);
  if (Object.is(value, -0)) return "-0.0";
  return spelling?.numbers === "python" ? pythonText(value) : String(value);
};

/** As repr() writes a float: an exponent of two digits below 1e-4 and from 1e16 on, and ".0" where nothing else is behind the point. */
const pythonText = (value: number): string => {
  const [mantissa = "", power = "0"] = value.toExponential().split("e");
  const exponent = Number(power);
  if (value !== 0 && (exponent < -4 || exponent >= 16))
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  // JavaScript writes exponents below 1e-6 and from 1e21 on: here both write the same digits.
  const plain = String(value);
  return plain.includes(".") ? plain : `${plain}.0`;
};
