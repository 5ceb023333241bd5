/**
 * Columns that held several storage classes and crossed as text or bytes: each value back into the class that it can have
 * been. Where two are possible the one that the column held more of is taken, and counted.
 */
import { isUtf8 } from "node:buffer";
import type { StoredClasses } from "../../plan/model.ts";
import type { Affinity, Encoding } from "../../source/model.ts";
import { becomesNumber, isNumericAffinity } from "./affinity.ts";
import { spelledInteger, spelledReal } from "./decimals.ts";
import { type Bound, type ColumnPlace, type Renderer, StoredText } from "./model.ts";

interface Candidate {
  readonly value: Bound;
  readonly count: number;
}

/** From text. */
export const fromText = (place: ColumnPlace): Renderer => {
  const choose = chooser(place);
  return (value) => {
    const text = String(value);
    return choose([...numbersOf(text, place), ...textsOf(text, text, place), ...blobsOf(text, place)], text);
  };
};

/** From bytes, which are the text's stored ones, its UTF-8, or a BLOB's own; a number's are those of its text. */
export const fromBytes = (place: ColumnPlace): Renderer => {
  const choose = chooser(place);
  const { policies, encoding, stored } = place;
  const asStored = encoding === "UTF-8" || policies.nul === "bytea" || policies.invalidText === "bytea";
  return (value) => {
    const bytes = value as Buffer;
    const text = isUtf8(bytes) ? bytes.toString("utf8") : null;
    const blobs = blobCount(stored, text);
    const blob = blobs > 0 ? [{ value: bytes, count: text === null ? blobs : blobs * RARE }] : [];
    const asText = asStored ? storedText(bytes, encoding) : text === null ? null : { value: text, text };
    return choose(
      [
        ...(text === null ? [] : numbersOf(text, place)),
        ...(asText === null ? [] : rarer(textsOf(asText.value, asText.text, place), text === null)),
        ...blob,
      ],
      bytes,
    );
  };
};

/** A BLOB that spells text or a number, and text that is none, are rare beside the other way round. */
const RARE = 1e-6;

const rarer = (candidates: readonly Candidate[], isRare: boolean): Candidate[] =>
  candidates.map(({ value, count }) => ({ value, count: isRare ? count * RARE : count }));

/** How many BLOBs such bytes can have been one of: of those that are text without NUL the number is known. */
const blobCount = (stored: StoredClasses | null, text: string | null): number => {
  if (stored === null) return 1;
  return text !== null && !text.includes("\0") ? stored.textualBlobs : stored.blobs - stored.textualBlobs;
};

/** Bytes as the text that is stored by them, valid or not; null where they cannot be. */
const storedText = (bytes: Buffer, encoding: Encoding): { readonly value: Bound; readonly text: string } | null => {
  if (encoding === "UTF-8") {
    const text = bytes.toString("utf8");
    return { value: isUtf8(bytes) ? text : new StoredText(bytes), text };
  }
  // UTF-16 has two bytes a unit; SQLite drops a last odd one.
  if (bytes.length % 2 !== 0) return null;
  const little = encoding === "UTF-16le" ? bytes : Buffer.from(bytes).swap16();
  return { value: new StoredText(bytes), text: little.toString("utf16le") };
};

const chooser =
  ({ merged }: ColumnPlace) =>
  (candidates: readonly Candidate[], otherwise: Bound): Bound => {
    const [first, ...others] = candidates.toSorted((a, b) => b.count - a.count);
    if (others.length > 0) merged(others.map(({ value }) => value));
    return first === undefined ? otherwise : first.value;
  };

const numbersOf = (text: string, { affinity, stored }: ColumnPlace): Candidate[] => {
  if (affinity === "TEXT") return [];
  const whole = affinity === "REAL" ? null : spelledInteger(text);
  const double = spelledReal(text);
  return [
    ...(whole !== null && held(stored, "integers") ? [{ value: whole, count: countOf(stored, "integers") }] : []),
    ...(double !== null && canBeReal(double, affinity) && held(stored, "reals")
      ? [{ value: double, count: countOf(stored, "reals") }]
      : []),
  ];
};

/** A whole REAL within 64 bits becomes an INTEGER in such a column, and a negative zero the other one. */
const canBeReal = (value: number, affinity: Affinity): boolean => {
  if (affinity === "BLOB") return true;
  if (Object.is(value, -0)) return false;
  return affinity === "REAL" || !Number.isInteger(value) || Math.abs(value) >= 2 ** 63;
};

const textsOf = (value: Bound, text: string, { affinity, stored }: ColumnPlace): Candidate[] => {
  if (!held(stored, "texts") || (isNumericAffinity(affinity) && becomesNumber(text, affinity))) return [];
  // Of the texts that look like a number it is known how many there were.
  const isDecimal = stored !== null && /^(?:0|-?[1-9]\d*|-?(?:0|[1-9]\d*)\.\d+)$/.test(text) && !/^-0\.0*$/.test(text);
  if (isDecimal && stored.decimalTexts === 0) return [];
  return [{ value, count: isDecimal ? stored.decimalTexts : countOf(stored, "texts") }];
};

const blobsOf = (text: string, { stored }: ColumnPlace): Candidate[] =>
  stored !== null && stored.textualBlobs > 0 ? [{ value: Buffer.from(text, "utf8"), count: stored.textualBlobs }] : [];

const held = (stored: StoredClasses | null, name: keyof StoredClasses): boolean => stored === null || stored[name] > 0;

/** Where nobody has counted, numbers go before text. */
const countOf = (stored: StoredClasses | null, name: keyof StoredClasses): number =>
  stored === null
    ? { integers: 3, reals: 2, texts: 1, blobs: 0, decimalTexts: 0, textualBlobs: 0 }[name]
    : stored[name];
