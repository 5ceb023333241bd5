/**
 * What a stored value is in a target column, by docs/types.md alone. A type may have several readings (units of an epoch,
 * words of a boolean); one reading has to explain a whole column.
 */
import { arrayText, isArrayType } from "./arrays.ts";
import { canonicalJson, REPEATED_KEY } from "./json.ts";
import { fromEpoch, fromJulian, oneSpelling, type ReadMoment, readMoment, type Unit } from "./moments.ts";
import { doubleBits, exactDecimal, realText } from "./numbers.ts";
import type { SourceFile, Stored } from "./source.ts";
import { cleanText, decode, type TextPolicies } from "./text.ts";
import { packedArray, vectorMapping } from "./vectors.ts";

export interface MappingPolicies extends TextPolicies {
  readonly json: "text" | "reject" | "null";
  /** Several spellings may have become one type: the user has accepted it, or named the type. */
  readonly mixed: boolean;
  /** Minutes from UTC that texts without a zone may mean, besides none. */
  readonly zones: readonly number[];
  /** Empty texts are NULL. */
  readonly empty: (table: string, column: string) => boolean;
}

/** What arrives, in the oracle's canonical text; null where the value cannot arrive, `NULL` for a NULL. */
export type Reading = (value: Stored) => string | null;

export const NULL = "NULL";

export interface Mapping {
  readonly readings: readonly Reading[];
  /** The canonical text of what the target shows. */
  readonly target: (shown: string) => string;
  /** What is wrong with the column as a whole, whichever the values: two spellings that one type would forget. */
  readonly whole?: (values: readonly Stored[]) => string | null;
}

const same = (shown: string): string => shown;
const hex = (text: string): string => Buffer.from(text, "utf8").toString("hex");

const INTEGER: Reading = (value) => (value.is === "integer" ? String(value.value) : null);

const DOUBLE: Reading = (value) => {
  if (value.is === "real") return doubleBits(value.value);
  if (value.is !== "integer") return null;
  const near = Number(value.value);
  return BigInt(near) === value.value ? doubleBits(near) : null;
};

const numeric =
  (encoding: SourceFile["encoding"]): Reading =>
  (value) => {
    if (value.is === "integer") return exactDecimal(String(value.value));
    if (value.is === "real") {
      if (Object.is(value.value, -0)) return null;
      return Number.isFinite(value.value) ? exactDecimal(String(value.value)) : String(value.value);
    }
    const text = value.is === "text" ? decode(value.bytes, encoding) : null;
    return text !== null && /^-?\d+(\.\d+)?$/.test(text) ? exactDecimal(text) : null;
  };

const PAIRS = "false true,False True,FALSE TRUE,f t,F T,no yes,n y,N Y,off on,0 1"
  .split(",")
  .map((pair) => pair.split(" "));

const booleanReadings = (encoding: SourceFile["encoding"]): Reading[] => [
  (value) => (value.is === "integer" ? (["false", "true"][Number(value.value)] ?? null) : null),
  ...PAIRS.map(
    (pair): Reading =>
      (value) => {
        const at = value.is === "text" ? pair.indexOf(decode(value.bytes, encoding) ?? "") : -1;
        return at < 0 ? null : String(at === 1);
      },
  ),
];

const textReading =
  (encoding: SourceFile["encoding"], policies: TextPolicies): Reading =>
  (value) => {
    if (value.is === "null") return NULL;
    if (value.is === "integer") return hex(String(value.value));
    if (value.is === "real") return hex(realText(value.value));
    const text = value.is === "text" ? cleanText(value.bytes, encoding, policies) : decode(value.bytes, "utf-8");
    return text === null || text.includes("\0") ? null : hex(text);
  };

const bytesReadings = (encoding: SourceFile["encoding"], policies: TextPolicies): Reading[] => {
  const asText = textReading(encoding, policies);
  return [
    (value) => ("bytes" in value && value.is === "blob" ? value.bytes.toString("hex") : asText(value)),
    // The policy `bytea`: the very bytes of the file.
    (value) => ("bytes" in value ? value.bytes.toString("hex") : asText(value)),
  ];
};

const uuid =
  (encoding: SourceFile["encoding"]): Reading =>
  (value) => {
    if (value.is === "blob") return value.bytes.length === 16 ? value.bytes.toString("hex") : null;
    const text = value.is === "text" ? decode(value.bytes, encoding) : null;
    const dashed = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    const shape = new RegExp(`^([0-9a-f]{32}|(urn:uuid:)?${dashed}|\\{${dashed}\\})$`, "i");
    return text !== null && shape.test(text) ? text.toLowerCase().replace(/urn:uuid:|[-{}]/g, "") : null;
  };

const jsonReadings = (encoding: SourceFile["encoding"], binary: boolean, policies: MappingPolicies): Reading[] =>
  [(value: number) => realText(value), (value: number) => String(value)].map((real) => (value) => {
    if (value.is === "integer") return binary ? exactDecimal(String(value.value)) : hex(String(value.value));
    if (value.is === "real") {
      if (!Number.isFinite(value.value)) return null;
      return binary ? exactDecimal(String(value.value)) : hex(real(value.value));
    }
    const text = value.is === "text" ? cleanText(value.bytes, encoding, policies) : null;
    if (text === null) return null;
    const canonical = canonicalJson(text);
    if (canonical === null) return policies.json === "null" ? NULL : null;
    if (!binary) return hex(text);
    return canonical.includes(REPEATED_KEY) ? null : canonical;
  });

const momentReadings = (type: string, encoding: SourceFile["encoding"], zones: readonly number[]): Reading[] => [
  ...[0, ...zones].map(
    (zone): Reading =>
      (value) => {
        const moment = momentOf(value, encoding);
        return moment === null ? null : String(moment.micros - BigInt(minutesOff(moment, type, zone)) * 60_000_000n);
      },
  ),
  ...(["s", "ms", "us"] as Unit[]).map(
    (unit): Reading =>
      (value) =>
        value.is === "integer" || value.is === "real" ? (fromEpoch(value.value, unit)?.toString() ?? null) : null,
  ),
  (value) => (value.is === "real" ? (fromJulian(value.value)?.toString() ?? null) : null),
];

/** What to take off the clock: an instant counts in UTC, a clock on the wall is the one of its zone. */
const minutesOff = ({ offset }: ReadMoment, type: string, zone: number): number => {
  if (type === "timestamptz") return offset ?? zone;
  return offset === null ? 0 : offset - zone;
};

const momentOf = (value: Stored, encoding: SourceFile["encoding"]): ReadMoment | null =>
  value.is === "text" ? readMoment(decode(value.bytes, encoding) ?? "") : null;

const oneMoment =
  (encoding: SourceFile["encoding"]) =>
  (values: readonly Stored[]): string | null => {
    const moments = values.flatMap((value) => momentOf(value, encoding) ?? []);
    return oneSpelling(moments) ? null : "dates or times in several spellings in one column";
  };

const oneUuidSpelling =
  (encoding: SourceFile["encoding"]) =>
  (values: readonly Stored[]): string | null => {
    const masks = new Set<string>();
    for (const value of values) {
      const text = value.is === "text" ? (decode(value.bytes, encoding) ?? "") : "";
      masks.add(`${value.is} ${text.includes("-")}`);
      if (/[a-f]/.test(text)) masks.add("lower");
      if (/[A-F]/.test(text)) masks.add("upper");
    }
    const kinds = [...masks].filter((mask) => !/^(null|lower|upper)/.test(mask));
    return kinds.length > 1 || (masks.has("lower") && masks.has("upper")) ? "UUIDs in several spellings" : null;
  };

const arrayOf =
  (type: string, encoding: SourceFile["encoding"]): Reading =>
  (value) => {
    const text = value.is === "text" ? decode(value.bytes, encoding) : null;
    return text === null ? null : arrayText(text, type);
  };

/** @throws where the type is none that docs/types.md names */
export const mappingFor = (type: string, encoding: SourceFile["encoding"], policies: MappingPolicies): Mapping => {
  const withNull = (readings: Reading[]): Reading[] =>
    readings.map((reading) => (value) => (value.is === "null" ? NULL : reading(value)));
  switch (type) {
    case "int2":
    case "int4":
    case "int8":
      return { readings: withNull([INTEGER]), target: same };
    case "float8":
      return { readings: withNull([DOUBLE]), target: same };
    case "numeric":
      return { readings: withNull([numeric(encoding)]), target: (shown) => exactDecimal(shown) ?? shown };
    case "bool":
      return { readings: withNull(booleanReadings(encoding)), target: same };
    case "text":
    case "varchar":
    case "enum":
      return { readings: [textReading(encoding, policies)], target: same };
    case "bytea":
      return { readings: withNull(bytesReadings(encoding, policies)), target: same };
    case "uuid":
      return {
        readings: withNull([uuid(encoding)]),
        target: (shown) => shown.replaceAll("-", ""),
        whole: policies.mixed ? () => null : oneUuidSpelling(encoding),
      };
    case "json":
      return { readings: withNull(jsonReadings(encoding, false, policies)), target: same };
    case "jsonb":
      return {
        readings: withNull(jsonReadings(encoding, true, policies)),
        target: (shown) => canonicalJson(shown) ?? `not JSON: ${shown}`,
      };
    case "date":
    case "time":
    case "timestamp":
    case "timestamptz":
      return {
        readings: withNull(momentReadings(type, encoding, policies.zones)),
        target: same,
        whole: policies.mixed ? () => null : oneMoment(encoding),
      };
    default: {
      if (isArrayType(type))
        return {
          readings: withNull([arrayOf(type, encoding), packedArray(type)]),
          target: (shown) => canonicalJson(shown) ?? `not JSON: ${shown}`,
        };
      const vector = vectorMapping(type, encoding);
      if (vector !== null) return vector;
      throw new Error(`docs/types.md knows no target type ${type}`);
    }
  }
};
