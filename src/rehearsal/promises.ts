/** What the plans for such migrations promise of PostgreSQL, set beside what was measured here: a fact, not a verdict. */
import { slowdown } from "./decide.ts";
import type { Comparison, LoadMeasure, Promised, Search } from "./model.ts";

export interface Ratios {
  readonly sqliteLoad: LoadMeasure | null;
  readonly postgresLoad: LoadMeasure | null;
  readonly comparisons: readonly Comparison[];
  readonly search: Search | null;
}

/**
 * Ten times the concurrent writes at least, five times the reads, half the latency, twenty times the search. Reads and single
 * queries are the two where an embedded library without a network is hard to beat.
 */
export const promises = ({ sqliteLoad, postgresLoad, comparisons, search }: Ratios): readonly Promised[] => [
  times("Concurrent writes", "10 to 100 times", 10, sqliteLoad?.writes.perSecond, postgresLoad?.writes.perSecond),
  times("Reads beside writes", "5 times", 5, sqliteLoad?.reads?.perSecond, postgresLoad?.reads?.perSecond),
  latency(comparisons),
  times(
    "Search by word against LIKE",
    "20 times",
    20,
    search === null ? undefined : 1000 / search.sqliteLike.p50,
    search === null ? undefined : 1000 / search.postgresWords.p50,
  ),
];

const times = (
  what: string,
  promised: string,
  least: number,
  before: number | undefined,
  after: number | undefined,
): Promised => {
  if (before === undefined || after === undefined) return { what, promised, measured: "", kept: "not measured" };
  // Where SQLite got nothing through at all, any number of writes is more than promised.
  const ratio = before === 0 ? (after > 0 ? Number.POSITIVE_INFINITY : 0) : after / before;
  const words = Number.isFinite(ratio) ? `${ratioText(ratio)} times` : "SQLite got none through";
  return {
    what,
    promised,
    measured: `${words} (${rate(before)} → ${rate(after)} per second)`,
    kept: ratio >= least ? "kept" : "not kept",
  };
};

/** The median of the changes of all queries that both sides answered. */
const latency = (comparisons: readonly Comparison[]): Promised => {
  const what = "Latency of single queries";
  const promised = "−50 %";
  const changes = comparisons.flatMap((each) => slowdown(each) ?? []).sort((a, b) => a - b);
  if (changes.length === 0) return { what, promised, measured: "", kept: "not measured" };
  const median = changes[Math.ceil(changes.length / 2) - 1]!;
  const words = `${median > 0 ? "+" : median < 0 ? "−" : ""}${Math.abs(median).toFixed(0)} %`;
  return {
    what,
    promised,
    measured: `${words} (median of ${changes.length})`,
    kept: median <= -50 ? "kept" : "not kept",
  };
};

const ratioText = (ratio: number): string => (ratio >= 10 ? ratio.toFixed(0) : ratio.toPrecision(2));

const rate = (perSecond: number): string =>
  perSecond >= 100 ? Math.round(perSecond).toLocaleString("en-US") : perSecond.toPrecision(3);
