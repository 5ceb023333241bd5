/** `rehearsal` of landbridge.yaml: how much load, which queries, and what is still good enough to go. */
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
