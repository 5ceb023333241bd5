/** `tables.<t>.partition` of landbridge.yaml. */
import { z } from "zod";
import { expressionSchema, nameSchema } from "./names.ts";

const columnsSchema = z
  .array(z.string().min(1))
  .describe("By their names in SQLite, or added ones; one for list and range.");

export const partitionSchema = z.discriminatedUnion("by", [
  z.strictObject({
    by: z.literal("hash").describe("hash: rows spread evenly over so many partitions."),
    columns: columnsSchema.min(1),
    partitions: z.int().min(1).max(1000).describe("How many."),
  }),
  z.strictObject({
    by: z.literal("list").describe("list: by the values of one column."),
    columns: columnsSchema.length(1),
    partitions: z
      .record(nameSchema, z.array(z.union([z.string(), z.number()])).min(1))
      .describe("The values of each by its name; a default partition takes the others."),
  }),
  z
    .strictObject({
      by: z.literal("range").describe("range: by spans of one column."),
      columns: columnsSchema.length(1),
      every: z
        .union([z.enum(["day", "week", "month", "year"]), z.int().min(1)])
        .optional()
        .describe("A span of time, or of numbers; as many partitions as the rows need, and a default one."),
      partitions: z
        .record(
          nameSchema,
          z.strictObject({ from: expressionSchema.describe("Is in it."), to: expressionSchema.describe("Is not.") }),
        )
        .optional()
        .describe("In place of every: bounds in PostgreSQL's SQL by name; a default partition takes the others."),
    })
    .refine(
      ({ every, partitions }) => (every === undefined) !== (partitions === undefined),
      "needs every, or partitions",
    ),
]);
