/** Reads a row as the ledger keeps it: JSON whose numbers keep their digits, with tags for what JSON cannot say. */
import { type Bound, StoredText } from "../values/model.ts";

class Digits {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Whether the ledger has every value of the row. */
export const isWhole = (json: string): boolean => !json.includes('"$omitted"') || parseOriginal(json) !== null;

/** The columns that the row has, whatever the ledger keeps of their values. */
export const namesOf = (json: string): ReadonlySet<string> => new Set(Object.keys(JSON.parse(json) as object));

/** Values by source column; null where the ledger kept the length of one of them alone. */
export const parseOriginal = (json: string): ReadonlyMap<string, Bound> | null => {
  const reviver = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === "number" ? new Digits(context?.source ?? String(value)) : value;
  const row = JSON.parse(json, reviver as (key: string, value: unknown) => unknown) as Record<string, unknown>;
  const values = new Map<string, Bound>();
  for (const [name, value] of Object.entries(row)) {
    const bound = boundOf(value);
    if (bound === undefined) return null;
    values.set(name, bound);
  }
  return values;
};

const boundOf = (value: unknown): Bound | undefined => {
  if (value === null || typeof value === "string") return value;
  if (value instanceof Digits) return numberOf(value.text);
  const [tag, content] = Object.entries(value as object)[0] ?? [];
  if (typeof content !== "string") return undefined;
  if (tag === "$real") return Number(content);
  if (tag === "$blob") return Buffer.from(content, "hex");
  return tag === "$text" ? new StoredText(Buffer.from(content, "hex")) : undefined;
};

/** REAL has a point, or is beyond 64 bits: jsonb writes exponents out. */
const numberOf = (text: string): bigint | number => {
  if (!/^-?\d+$/.test(text)) return Number(text);
  const whole = BigInt(text);
  return whole >= -(2n ** 63n) && whole < 2n ** 63n ? whole : Number(text);
};
