/** Source values as PostgreSQL would print them: a rendering that shares nothing with the canonical values, on purpose. */
import type { IsoSpelling, PlanColumn, SourceForm, TargetType } from "../plan/model.ts";
import type { SourceValue } from "./source-values/value.ts";

/** Gives null where this rendering cannot tell. */
export type Renderer = (value: SourceValue) => string | null;

/** Null for types that need no second opinion, or have no single text. */
export const rendererOf = (column: PlanColumn): Renderer | null => {
  const render = rendererByForm(column);
  return render !== null && column.emptyAsNull ? (value) => (value === "" ? null : render(value)) : render;
};

const rendererByForm = ({ form, type }: PlanColumn): Renderer | null => {
  switch (form.kind) {
    case "boolean-integer":
      return (value) => (Number(value) === 1 ? "true" : Number(value) === 0 ? "false" : null);
    case "boolean-text":
      return (value) => (value === form.true ? "true" : value === form.false ? "false" : null);
    case "iso-date":
      return (value) => (typeof value === "string" ? value : null);
    case "iso-time":
      return (value) => (typeof value === "string" ? clockText(value, form) : null);
    case "iso-datetime":
      return (value) =>
        typeof value === "string" ? `${value.slice(0, 10)} ${clockText(value.slice(11), form)}${zoneOf(type)}` : null;
    case "epoch":
      return (value) => epochText(value, form, zoneOf(type));
    case "julian":
      return (value) => (typeof value === "number" ? julianText(value, zoneOf(type)) : null);
    case "uuid":
    case "uuid-mixed":
      return uuidText;
    case "decimal":
      return decimalText;
    default:
      return null;
  }
};

const zoneOf = (type: TargetType): string => (type.name === "timestamptz" ? "+00" : "");

const withoutZeros = (fraction: string): string => (fraction.includes(".") ? fraction.replace(/\.?0+$/, "") : fraction);

const clockText = (text: string, { seconds, zone }: IsoSpelling): string => {
  const clock = zone === "" ? text : text.slice(0, -zone.length);
  return seconds ? withoutZeros(clock) : `${clock}:00`;
};

/** Through JavaScript's own calendar; the microseconds below its milliseconds are put behind. */
const instantText = (micros: bigint, zone: string): string | null => {
  const below = ((micros % 1000n) + 1000n) % 1000n;
  const date = new Date(Number((micros - below) / 1000n));
  const year = Number.isNaN(date.getTime()) ? 0 : date.getUTCFullYear();
  if (year < 1 || year > 9999) return null;
  const text = date.toISOString().replace("T", " ").replace("Z", String(below).padStart(3, "0"));
  return withoutZeros(text) + zone;
};

const epochText = (
  value: SourceValue,
  { unit }: Extract<SourceForm, { kind: "epoch" }>,
  zone: string,
): string | null => {
  const factor = unit === "s" ? 1_000_000 : unit === "ms" ? 1000 : 1;
  if (typeof value === "bigint") return instantText(value * BigInt(factor), zone);
  if (typeof value !== "number" || !Number.isFinite(value)) return null;
  // The fraction apart: the product of the whole could be rounded by a microsecond.
  const whole = Math.trunc(value);
  return instantText(BigInt(whole) * BigInt(factor) + BigInt(Math.round((value - whole) * factor)), zone);
};

const julianText = (value: number, zone: string): string | null => {
  const millis = Math.round((value - 2_440_587.5) * 86_400_000);
  // One rounding only, as SQLite computes it: a sum of quotients could meet the double by chance.
  return (millis + 210_866_760_000_000) / 86_400_000 === value ? instantText(BigInt(millis) * 1000n, zone) : null;
};

const uuidText: Renderer = (value) => {
  const hex = Buffer.isBuffer(value)
    ? value.toString("hex")
    : typeof value === "string"
      ? value.toLowerCase().replace(/^urn:uuid:|[-{}]/g, "")
      : "";
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return hex.length === 32 ? parts.join("-") : null;
};

/** As trim_scale(…)::text prints it. */
const decimalText: Renderer = (value) => {
  if (typeof value === "bigint") return value.toString();
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || text.includes("e")) return null;
  return withoutZeros(text);
};
