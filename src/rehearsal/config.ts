/** What `rehearsal:` of landbridge.yaml means: what is still good enough to go, and which queries are asked on which side. */
import type { RehearsalConfig } from "../plan/config/rehearsal.ts";

export interface Thresholds {
  readonly rowMismatchPercent: number;
  readonly errorPercent: number;
  readonly slowerPercent: number;
  readonly slowerMilliseconds: number;
}

/**
 * "Row count mismatch > 1 %" and "performance degradation > 50 %" are two rows of the usual rollback decision matrix; it names
 * no share for application errors, so the same one percent is taken. A local round trip to a server takes a tenth of a
 * millisecond to one, which an embedded library never has to pay.
 */
const DEFAULTS: Thresholds = { rowMismatchPercent: 1, errorPercent: 1, slowerPercent: 50, slowerMilliseconds: 1 };

/** The user's thresholds, the usual ones where nothing is said. */
export const thresholdsOf = ({ thresholds = {} }: RehearsalConfig): Thresholds => ({
  rowMismatchPercent: thresholds.rowMismatchPercent ?? DEFAULTS.rowMismatchPercent,
  errorPercent: thresholds.errorPercent ?? DEFAULTS.errorPercent,
  slowerPercent: thresholds.slowerPercent ?? DEFAULTS.slowerPercent,
  slowerMilliseconds: thresholds.slowerMilliseconds ?? DEFAULTS.slowerMilliseconds,
});

/** A query of the user's, one text per side. */
export interface OwnQuery {
  readonly name: string;
  readonly sqlite: string;
  readonly postgres: string;
}

/** The user's queries, each as it is for either side. */
export const ownQueries = ({ queries = [] }: Pick<RehearsalConfig, "queries">): readonly OwnQuery[] =>
  queries.map(({ name, sql, sqlite, postgres }) => ({
    name,
    sqlite: sqlite ?? sql ?? "",
    postgres: postgres ?? sql ?? "",
  }));
