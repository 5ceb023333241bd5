/** `tables.<t>.partition` of landbridge.yaml. */
import { z } from "zod";
import { expressionSchema, nameSchema } from "./names.ts";

export const partitionSchema = z.discriminatedUnion("by", [
  z.strictObject({
    by: z.literal("hash"),
    columns: z.array(z.string().min(1)).min(1),
    partitions: z.int().min(1).max(1000).describe("How many."),
  }),
  z.strictObject({
    by: z.literal("list"),
    columns: z.array(z.string().min(1)).length(1),
    partitions: z
      .record(nameSchema, z.array(z.union([z.string(), z.number()])).min(1))
      .describe("The values of each by its name; a default partition takes the others."),
  }),
  z
    .strictObject({
      by: z.literal("range"),
      columns: z.array(z.string().min(1)).length(1),
      every: z
        .union([z.enum(["day", "week", "month", "year"]), z.int().min(1)])
        .optional()
        .describe("A span of time, or of numbers; as many partitions as the rows need, and a default one."),
      partitions: z
        .record(nameSchema, z.strictObject({ from: expressionSchema, to: expressionSchema }))
        .optional()
        .describe("In place of every: bounds in PostgreSQL's SQL by name; a default partition takes the others."),
    })
    .refine(
      ({ every, partitions }) => (every === undefined) !== (partitions === undefined),
      "needs every, or partitions",
    ),
]);
