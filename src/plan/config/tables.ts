/** `tables` of landbridge.yaml. */
import { z } from "zod";
import { addedColumnSchema, columnSchema } from "./columns.ts";
import { indexSchema } from "./indexes.ts";
import { nameSchema } from "./names.ts";
import { partitionSchema } from "./partitions.ts";
import { searchSchema } from "./search.ts";

export const tableSchema = z.strictObject({
  skip: z.boolean().optional().describe("true: leave this table out. It is listed as skipped, never forgotten."),
  target: nameSchema.optional().describe("Another name in PostgreSQL."),
  columns: z.record(z.string(), columnSchema).optional().describe("By the column's name in SQLite."),
  add: z
    .record(nameSchema, addedColumnSchema)
    .optional()
    .describe("Columns that the source does not have, by their name."),
  indexes: z.array(indexSchema).optional().describe("Indexes that the source does not have."),
  search: z
    .record(nameSchema, searchSchema)
    .optional()
    .describe("Full-text search columns by their name; one of a source column's name takes its place."),
  partition: partitionSchema.optional().describe("The table is made partitioned in PostgreSQL."),
});
