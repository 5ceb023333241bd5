/**
 * Reads JSON exactly as RFC 8259 has it (what SQLite tolerates beyond that is not JSON) and tells whether PostgreSQL's jsonb
 * would keep it as the same value. One pass over the characters, no recursion: depth costs memory, never the stack.
 */
import { ObjectKeys } from "./json-keys.ts";
import { scanNumber } from "./json-number.ts";
import { scanString } from "./json-string.ts";

export interface JsonFacts {
  /** An object or an array. */
  readonly container: boolean;
  /** jsonb keeps it as the same value (order of keys and spaces aside). */
  readonly jsonbSafe: boolean;
  /** Why not, where it is not. */
  readonly reason?: string;
}

/**
 * Deeper documents may exceed the server's stack (max_stack_depth 2 MB holds some 6,000 levels); ten times less is safe
 * everywhere.
 */
export const MAX_SAFE_DEPTH = 1_000;
/** A jsonb container and a string in it hold at most this many bytes; a token beside its text takes at most 16. */
const MAX_JSONB_BYTES = 0x0fff_ffff;
const BYTES_PER_VALUE = 16;
/** Up to this length the estimate cannot pass the limit, so nothing is counted. */
const SURELY_SMALL = 16 * 1024 * 1024;
/**
 * The parser of the server doubles its arrays in memory chunks of at most 1 GiB: 2^24 elements and 2^23 pairs are surely
 * accepted.
 */
const MAX_MEMBERS = 1 << 23;

const SAFE_SCALAR: JsonFacts = Object.freeze({ container: false, jsonbSafe: true });
const SAFE_CONTAINER: JsonFacts = Object.freeze({ container: true, jsonbSafe: true });

const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

/** Can a JSON text begin with this character? Most free text is told apart here. */
const mayStart = (code: number): boolean =>
  code === 123 ||
  code === 91 ||
  code === 34 ||
  (code >= 48 && code <= 57) ||
  code === 45 ||
  code === 116 ||
  code === 102 ||
  code === 110 ||
  isSpace(code);

/** What is unsafe for jsonb, the first reason seen, while one document is scanned. */
let reason: string | null = null;
const keys = new ObjectKeys();

const note = (what: string): void => {
  reason ??= what;
};

const skipSpace = (text: string, at: number): number => {
  let i = at;
  while (isSpace(text.charCodeAt(i))) i++;
  return i;
};

/** A scalar from `at`: the position after it, or -1. */
const scanScalar = (text: string, at: number, code: number): number => {
  if (code === 34) return scanString(text, at, note);
  if (code === 45 || (code >= 48 && code <= 57)) return scanNumber(text, at, note);
  if (code === 116) return text.startsWith("true", at) ? at + 4 : -1;
  if (code === 102) return text.startsWith("false", at) ? at + 5 : -1;
  return code === 110 && text.startsWith("null", at) ? at + 4 : -1;
};

/** A key with its colon from `at`: the position of the value, or -1. */
const scanKey = (text: string, at: number): number => {
  if (text.charCodeAt(at) !== 34) return -1;
  const end = scanString(text, at, note);
  if (end < 0) return -1;
  if (keys.add(text, at, end)) note("duplicate keys");
  const colon = skipSpace(text, end);
  return text.charCodeAt(colon) === 58 ? skipSpace(text, colon + 1) : -1;
};

/** One character a level: `{` or `[`, grown with the depth. */
let levels = new Uint8Array(64);
const push = (depth: number, isObject: boolean): void => {
  if (depth === levels.length) {
    const grown = new Uint8Array(depth * 2);
    grown.set(levels);
    levels = grown;
  }
  levels[depth] = isObject ? 1 : 0;
};

/**
 * Scans one value and all in it from `start`: the position after it, or -1 where it is not JSON. `values` is counted for the
 * size.
 */
const scanValue = (text: string, start: number): { end: number; values: number } => {
  const broken = { end: -1, values: 0 };
  let at = start;
  let depth = 0;
  let values = 0;
  for (;;) {
    values++;
    const code = text.charCodeAt(at);
    if (code === 123 || code === 91) {
      const isObject = code === 123;
      at = skipSpace(text, at + 1);
      if (text.charCodeAt(at) === (isObject ? 125 : 93)) at++;
      else {
        push(depth++, isObject);
        if (isObject) {
          keys.open();
          at = scanKey(text, at);
          if (at < 0) return broken;
        }
        if (depth === MAX_SAFE_DEPTH + 1) note(`nested deeper than ${MAX_SAFE_DEPTH} levels`);
        continue;
      }
    } else {
      at = scanScalar(text, at, code);
      if (at < 0) return broken;
    }
    // After a value: close what ends here, then go on after a comma.
    for (;;) {
      if (depth === 0) return { end: at, values };
      at = skipSpace(text, at);
      const next = text.charCodeAt(at);
      const isObject = levels[depth - 1] === 1;
      if (next === 44) {
        at = skipSpace(text, at + 1);
        if (isObject) at = scanKey(text, at);
        if (at < 0) return broken;
        break;
      }
      if (next !== (isObject ? 125 : 93)) return broken;
      if (isObject) keys.close();
      depth--;
      at++;
    }
  }
};

/** Null where the text is not JSON. Never throws; memory grows with the depth and the longest object only. */
export const inspectJson = (text: string): JsonFacts | null => {
  if (!mayStart(text.charCodeAt(0))) return null;
  const start = skipSpace(text, 0);
  const first = text.charCodeAt(start);
  reason = null;
  keys.clear();
  const { end, values } = scanValue(text, start);
  if (end < 0 || skipSpace(text, end) !== text.length) return null;
  const container = first === 123 || first === 91;
  if (text.length > SURELY_SMALL && Buffer.byteLength(text) + values * BYTES_PER_VALUE > MAX_JSONB_BYTES)
    note("larger than jsonb can be");
  if (values > MAX_MEMBERS) note("more elements than jsonb can take in");
  if (reason !== null) return { container, jsonbSafe: false, reason };
  return container ? SAFE_CONTAINER : SAFE_SCALAR;
};
