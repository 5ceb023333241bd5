/** How numbers, times and foreign text are worded for a person; shared by every form of the report. */

const integers = new Intl.NumberFormat("en-US");

/** `12,345`. */
export const formatCount = (count: number): string => integers.format(count);

/** `1 row`, `12,345 rows`. `many` is given where it is not `one` with an s. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** Seconds → `12 ms`, `4.20 s`, `3 min 05 s`, `2 h 03 min`. */
export const formatDuration = (seconds: number): string => {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
};

/** Bytes → `512 bytes`, `4.0 KiB`, `1.9 GiB`. */
export const formatBytes = (bytes: number): string => {
  if (bytes < 1024) return counted(bytes, "byte");
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
};

/** ISO time → `2026-11-21 04:52:07 UTC`. */
export const formatInstant = (iso: string): string => `${iso.slice(0, 19).replace("T", " ")} UTC`;

/** Characters that change how the text around them is shown: controls, bidirectional marks, line separators, BOM. */
const DISTURBING = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;
const DISTURBING_BUT_LINES = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;
const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

const spelled = (character: string): string => {
  const code = character.codePointAt(0)!;
  return NAMED[character] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
};

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, "0");

/** The longest foreign text that a report repeats, in characters. */
const LONGEST = 400;

/**
 * Foreign text made fit to show: shortened, disturbing characters spelled as escapes, lone surrogates replaced.
 * `lines` keeps line breaks and tabs, for SQL and multi-line messages.
 */
export const visible = (text: string, { limit = LONGEST, lines = false } = {}): string => {
  const short = text.length > limit ? text.slice(0, limit) : text;
  const shown = short.toWellFormed().replace(lines ? DISTURBING_BUT_LINES : DISTURBING, spelled);
  return short.length === text.length ? shown : `${shown}… (${formatCount(text.length)} characters)`;
};

/** A ledger key (`{"id":7}`) as a person reads it: `id=7`, `a=1, b="x"`; other values as JSON; null → "". */
export const keyText = (key: unknown): string => {
  if (key === null || key === undefined) return "";
  if (typeof key !== "object" || Array.isArray(key)) return plain(key);
  return Object.entries(key)
    .map(([name, value]) => `${name}=${plain(value)}`)
    .join(", ");
};

const plain = (value: unknown): string =>
  typeof value === "bigint" ? String(value) : (JSON.stringify(value) ?? String(value));

/** How many rows have a value in a column that the source does not have. */
export const filledWords = (rows: number, filled: number): string =>
  filled === rows
    ? `a value in all ${counted(rows, "row")}`
    : `a value in ${formatCount(filled)} of ${counted(rows, "row")}`;
