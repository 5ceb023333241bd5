/** `tables.<t>.columns` and `tables.<t>.add` of landbridge.yaml. */
import { z } from "zod";
import { expressionSchema, nameSchema, zoneSchema } from "./names.ts";

export const columnSchema = z.strictObject({
  type: z
    .string()
    .optional()
    .describe(
      "A PostgreSQL type: bigint, numeric(10,2), boolean, varchar(40), timestamptz, uuid, jsonb, bytea, text[], vector(768) …, or a name from enums.",
    ),
  target: nameSchema.optional().describe("Another name in PostgreSQL."),
  skip: z.boolean().optional().describe("true: leave this column out. It is listed, never forgotten."),
  default: expressionSchema
    .nullable()
    .optional()
    .describe("The default in PostgreSQL's SQL, in place of the source's; null for none."),
  generated: expressionSchema
    .optional()
    .describe("The expression in PostgreSQL's SQL of a column that is generated in SQLite."),
  empty: z
    .enum(["keep", "null"])
    .optional()
    .describe("null: an empty text arrives as NULL, and is counted. Default: keep."),
  zone: zoneSchema.optional().describe("What dates without a zone mean in this column; see zone."),
  epoch: z
    .enum(["s", "ms", "us"])
    .optional()
    .describe("What numbers count since 1970 in this column, where their range does not say."),
});

export const addedColumnSchema = z
  .strictObject({
    type: expressionSchema.describe("A PostgreSQL type, or a name from enums."),
    default: expressionSchema.optional().describe("In PostgreSQL's SQL; the rows that cross get it too."),
    generated: expressionSchema.optional().describe("Computed from the other columns, in PostgreSQL's SQL."),
    notNull: z
      .boolean()
      .optional()
      .describe("true: every row has a value; it needs default or generated, where there are rows."),
    unique: z.boolean().optional().describe("true: with a unique constraint."),
  })
  .refine(
    ({ default: value, generated }) => value === undefined || generated === undefined,
    "either default or generated",
  );
