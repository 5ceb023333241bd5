/**
 * Counts the shapes of one column's TEXT values; a shape that none of the first values has is given up, so that free text
 * costs little.
 */
import type { ColumnProfile, ShapeCounts, ShapeName } from "../model.ts";
import {
  type ConcreteIso,
  hasOtherOffset,
  type IsoTime,
  looksLikeDate,
  readIsoDate,
  readIsoDateTime,
  readIsoTime,
  spellingKey,
} from "../shapes/datetime.ts";
import { readDecimal } from "../shapes/decimal.ts";
import { inspectJson, type JsonFacts } from "../shapes/json.ts";
import { readsAsMoney } from "../shapes/money.ts";
import { readUuid } from "../shapes/uuid.ts";
import { ArrayTally } from "./array-tally.ts";
import { ALL_SHAPES, Shape } from "./asked.ts";

/** After so many TEXT values a shape that none had is dropped, unless the declared type asks for it. */
const TRIAL = 200;

type KeyOf = () => string;
type TextShapes = Omit<ShapeCounts, "julianReal" | "epochReal">;
type Counted = Exclude<ShapeName, "isoTime" | "isoDateTime">;

/** The names that each recogniser counts for. */
const NAMES: readonly (readonly [bit: number, names: readonly ShapeName[]])[] = [
  [Shape.JSON, ["json", "jsonContainer", "jsonbSafe"]],
  [Shape.UUID, ["uuidLower", "uuidUpper", "hex32Lower", "hex32Upper", "uuidOther"]],
  [Shape.DECIMAL, ["decimalText"]],
  [Shape.DATE, ["isoDate"]],
  [Shape.TIME, ["isoTime"]],
  [Shape.DATETIME, ["isoDateTime", "otherOffsets"]],
  [Shape.DATE_LIKE, ["dateLike"]],
];

/** Counts per spelling; most columns have one, so the last one is kept at hand. */
class SpellingCounts {
  readonly #counts = new Map<ConcreteIso, { count: number }>();
  #last: ConcreteIso | null = null;
  #lastCount = { count: 0 };

  add(spelling: ConcreteIso): void {
    if (spelling !== this.#last) {
      this.#last = spelling;
      this.#lastCount = this.#counts.get(spelling) ?? { count: 0 };
      this.#counts.set(spelling, this.#lastCount);
    }
    this.#lastCount.count++;
  }

  byKey(): Record<string, number> {
    const keyed = [...this.#counts].map(([spelling, { count }]) => [spellingKey(spelling), count] as const);
    return Object.fromEntries(keyed.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

export class ShapeTally {
  readonly #asked: number;
  #live = ALL_SHAPES;
  #texts = 0;
  readonly #counts: Record<Counted, number> = {
    json: 0,
    jsonContainer: 0,
    jsonbSafe: 0,
    uuidLower: 0,
    uuidUpper: 0,
    hex32Lower: 0,
    hex32Upper: 0,
    uuidOther: 0,
    decimalText: 0,
    isoDate: 0,
    otherOffsets: 0,
    dateLike: 0,
  };
  readonly #times = new SpellingCounts();
  readonly #dateTimes = new SpellingCounts();
  readonly #arrays = new ArrayTally();
  #money = 0;
  /** Which recognisers have said yes so far, and the first key at which each shape was missing. */
  #hits = 0;
  readonly #missing: Partial<Record<ShapeName, string>> = {};

  /** `asked`: the bits of `askedShapes`. */
  constructor(asked: number) {
    this.#asked = asked;
  }

  /** A valid text; `keyOf` names its row and is asked only for a first failure. */
  add(text: string, keyOf: KeyOf): void {
    const live = this.#live;
    if (live === 0) return;
    // The empty text has no shape; many of them say nothing about the others.
    if (text.length === 0) {
      this.#missAll(keyOf);
      return;
    }
    this.#texts++;
    if (live & Shape.JSON) this.#addJson(text, live, keyOf);
    if (live & Shape.UUID) this.#addUuid(text, keyOf);
    if (live & Shape.DECIMAL) this.#mark(Shape.DECIMAL, "decimalText", readDecimal(text) !== null, keyOf);
    if (live & Shape.DATE_LIKE) this.#addMoment(text, live, keyOf);
    if (live & Shape.MONEY && readsAsMoney(text)) {
      this.#hits |= Shape.MONEY;
      this.#money++;
    }
    if (this.#texts === TRIAL) this.#live &= this.#hits | this.#asked;
  }

  /** A text that is not valid in the file's encoding: it has no shape. */
  addInvalid(keyOf: KeyOf): void {
    this.#texts++;
    this.#missAll(keyOf);
  }

  counts(): TextShapes {
    return {
      ...this.#counts,
      isoTime: this.#times.byKey(),
      isoDateTime: this.#dateTimes.byKey(),
      arrays: this.#arrays.counts(),
      money: this.#money,
    };
  }

  /** The first key without a shape, for shapes that some but not all texts have and for those that the declared type asks for. */
  examples(): ColumnProfile["examples"] {
    const told = NAMES.filter(([bit]) => ((this.#hits | this.#asked) & bit) !== 0).flatMap(([, names]) => names);
    return Object.fromEntries(told.map((name) => [name, this.#missing[name]]).filter(([, key]) => key !== undefined));
  }

  #addJson(text: string, live: number, keyOf: KeyOf): void {
    const facts = inspectJson(text);
    if (live & Shape.ARRAY && isSafeContainer(facts) && this.#arrays.add(text)) this.#hits |= Shape.ARRAY;
    this.#mark(Shape.JSON, "json", facts !== null, keyOf);
    this.#mark(Shape.JSON, "jsonContainer", facts?.container === true, keyOf);
    this.#mark(Shape.JSON, "jsonbSafe", facts?.jsonbSafe === true, keyOf);
  }

  #addUuid(text: string, keyOf: KeyOf): void {
    const spelling = readUuid(text);
    this.#mark(Shape.UUID, "uuidLower", spelling === "lower", keyOf);
    this.#mark(Shape.UUID, "uuidUpper", spelling === "upper", keyOf);
    this.#mark(Shape.UUID, "hex32Lower", spelling === "hex-lower", keyOf);
    this.#mark(Shape.UUID, "hex32Upper", spelling === "hex-upper", keyOf);
    this.#mark(Shape.UUID, "uuidOther", spelling === "other", keyOf);
  }

  /** The exact forms first: what has one also looks like a date, which is the dearest question. */
  #addMoment(text: string, live: number, keyOf: KeyOf): void {
    const date = (live & Shape.DATE) !== 0 && readIsoDate(text) !== null;
    if (live & Shape.DATE) this.#mark(Shape.DATE, "isoDate", date, keyOf);
    const time = live & Shape.TIME ? this.#spell("isoTime", this.#times, readIsoTime(text), keyOf) : false;
    const moment =
      live & Shape.DATETIME ? this.#spell("isoDateTime", this.#dateTimes, readIsoDateTime(text), keyOf) : false;
    if (live & Shape.DATETIME) this.#mark(Shape.DATETIME, "otherOffsets", !moment && hasOtherOffset(text), keyOf);
    this.#mark(Shape.DATE_LIKE, "dateLike", date || time || moment || looksLikeDate(text), keyOf);
  }

  #spell(name: "isoTime" | "isoDateTime", counts: SpellingCounts, value: IsoTime | null, keyOf: KeyOf): boolean {
    if (value) {
      this.#hits |= name === "isoTime" ? Shape.TIME : Shape.DATETIME;
      counts.add(value.spelling);
    } else this.#miss(name, keyOf);
    return value !== null;
  }

  #mark(bit: number, name: Counted, has: boolean, keyOf: KeyOf): void {
    if (has) {
      this.#hits |= bit;
      this.#counts[name]++;
    } else this.#miss(name, keyOf);
  }

  #missAll(keyOf: KeyOf): void {
    for (const [, names] of NAMES) for (const name of names) this.#miss(name, keyOf);
  }

  #miss(name: ShapeName, keyOf: KeyOf): void {
    if (this.#missing[name] === undefined) this.#missing[name] = keyOf();
  }
}

const isSafeContainer = (facts: JsonFacts | null): boolean => facts?.container === true && facts.jsonbSafe;
