/** The section `rehearsal:` of landbridge.yaml: how much load, which queries, and what is still good enough to go. */
import { z } from "zod";

const querySchema = z
  .strictObject({
    name: z.string().min(1).describe("As the report calls it."),
    sql: z.string().min(1).optional().describe("For both databases."),
    sqlite: z.string().min(1).optional(),
    postgres: z.string().min(1).optional(),
  })
  .refine(
    ({ sql, sqlite, postgres }) =>
      sql === undefined
        ? sqlite !== undefined && postgres !== undefined
        : sqlite === undefined && postgres === undefined,
    "a query takes either sql, or both sqlite and postgres",
  );

const percent = () => z.number().min(0).max(10_000);

export const rehearsalSchema = z.strictObject({
  seconds: z.number().positive().max(86_400).optional().describe("How long each side is put under load. Default: 60."),
  writers: z.int().min(1).max(500).optional().describe("Sessions that write at the same time. Default: 25."),
  readers: z.int().min(0).max(500).optional().describe("Sessions that read meanwhile. Default: 25."),
  thresholds: z
    .strictObject({
      rowMismatchPercent: percent()
        .optional()
        .describe("More rows than this that did not cross are a no-go. Default: 1."),
      errorPercent: percent()
        .optional()
        .describe("More failed operations under load than this are a no-go. Default: 1."),
      slowerPercent: percent().optional().describe("A query that is slower by more than this is a no-go. Default: 50."),
      slowerMilliseconds: z
        .number()
        .min(0)
        .optional()
        .describe("… and by more than this: a network round trip is no regression. Default: 1."),
    })
    .optional()
    .describe("What is still good enough to go."),
  queries: z.array(querySchema).optional().describe("The application's own queries, timed on both sides."),
});

export type RehearsalConfig = z.infer<typeof rehearsalSchema>;

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

export const ownQueries = ({ queries = [] }: Pick<RehearsalConfig, "queries">): readonly OwnQuery[] =>
  queries.map(({ name, sql, sqlite, postgres }) => ({
    name,
    sqlite: sqlite ?? sql ?? "",
    postgres: postgres ?? sql ?? "",
  }));
