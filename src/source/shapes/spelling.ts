/** How an ISO date or time is written: the concrete spelling of one value, and the one form that a whole column has. */
import type { IsoSpelling } from "../../plan/model.ts";

/** The spelling of one value. Interned: two values spelled alike have the very same object. */
export interface ConcreteIso {
  /** Between date and time; absent for a time alone. */
  readonly separator?: " " | "T";
  /** false: `HH:MM` alone. */
  readonly seconds: boolean;
  /** Digits of the fraction. */
  readonly digits: 0 | 1 | 2 | 3 | 4 | 5 | 6;
  /** The fraction's last digit is 0. */
  readonly trailingZero: boolean;
  /** There is a fraction, and all its digits are 0. */
  readonly zeroFraction: boolean;
  readonly zone: IsoSpelling["zone"];
}

/** The form of a column; `separator` where dates come with times. */
export interface IsoForm extends IsoSpelling {
  readonly separator?: " " | "T";
}

const SEPARATORS = [undefined, " ", "T"] as const;
const ZONES: readonly IsoSpelling["zone"][] = ["", "Z", "+00:00", "+00", " UTC"];
/** What the key says after the number of digits: nothing, ends in zero, all zeros. */
const ENDINGS: readonly string[] = ["", "z", "zero"];
const DIGITS = [0, 1, 2, 3, 4, 5, 6] as const;

const interned: (ConcreteIso | undefined)[] = [];

/**
 * The interned spelling. `separator` and `zone` are positions in SEPARATORS and ZONES; `ending` is 0 none, 1 ends in zero, 2
 * all zeros.
 */
export const spellingOf = (
  separator: number,
  seconds: boolean,
  digits: number,
  ending: number,
  zone: number,
): ConcreteIso => {
  const code = (((separator * 2 + (seconds ? 1 : 0)) * 7 + digits) * 3 + ending) * ZONES.length + zone;
  const known = interned[code];
  if (known) return known;
  const between = SEPARATORS[separator];
  const made: ConcreteIso = Object.freeze({
    ...(between === undefined ? {} : { separator: between }),
    seconds,
    digits: DIGITS[digits] ?? 0,
    trailingZero: ending > 0,
    zeroFraction: ending === 2,
    zone: ZONES[zone] ?? "",
  });
  interned[code] = made;
  return made;
};

/**
 * The key in ShapeCounts: `separator|seconds or minutes|digits|zone`, e.g. `T|seconds|3|Z`; digits get `z` where they end in
 * zero, `zero` where all are zeros.
 */
export const spellingKey = (spelling: ConcreteIso): string => {
  const ending = spelling.zeroFraction ? "zero" : spelling.trailingZero ? "z" : "";
  return `${spelling.separator ?? ""}|${spelling.seconds ? "seconds" : "minutes"}|${spelling.digits}${ending}|${spelling.zone}`;
};

/** Reads what `spellingKey` wrote; throws RangeError for anything else. */
export const parseSpellingKey = (key: string): ConcreteIso => {
  const [separator, precision, fraction = "", zone] = key.split("|");
  const between = SEPARATORS.findIndex((known) => (known ?? "") === separator);
  const ending = ENDINGS.indexOf(fraction.slice(1));
  const zoneAt = (ZONES as readonly (string | undefined)[]).indexOf(zone);
  const digits = Number(fraction.slice(0, 1));
  if (between < 0 || ending < 0 || zoneAt < 0 || !(digits <= 6)) throw new RangeError(`not a spelling key: ${key}`);
  return spellingOf(between, precision === "seconds", digits, ending, zoneAt);
};

const fitsFraction = (
  { digits, trailingZero, zeroFraction }: ConcreteIso,
  fraction: IsoSpelling["fraction"],
): boolean => {
  if (fraction === "trimmed") return !trailingZero;
  if (fraction === "0or6") return digits === 0 || (digits === 6 && !zeroFraction);
  return digits === fraction;
};

/** Does rendering in `form` give a value of this spelling back as it was? A form without `separator` is that of times alone. */
export const fitsSpelling = (spelling: ConcreteIso, form: IsoForm): boolean =>
  spelling.separator === form.separator &&
  spelling.seconds === form.seconds &&
  spelling.zone === form.zone &&
  (!spelling.seconds || fitsFraction(spelling, form.fraction));

/** Simplest first: a fixed count of digits, then the habits of Python and of everybody who trims. */
const FRACTIONS = [0, 1, 2, 3, 4, 5, 6, "0or6", "trimmed"] as const;

/**
 * The one form that renders every one of these spellings (keys of ShapeCounts) back, the simplest where several do; null for
 * none, or no keys.
 */
export const commonSpelling = (keys: readonly string[]): IsoForm | null => {
  const spellings = keys.map(parseSpellingKey);
  const [first] = spellings;
  if (!first) return null;
  for (const fraction of FRACTIONS) {
    const form: IsoForm = {
      ...(first.separator === undefined ? {} : { separator: first.separator }),
      seconds: first.seconds,
      fraction,
      zone: first.zone,
    };
    if (spellings.every((spelling) => fitsSpelling(spelling, form))) return form;
  }
  return null;
};
