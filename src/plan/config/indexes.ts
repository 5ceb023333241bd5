/** `tables.<t>.indexes` of landbridge.yaml. */
import { z } from "zod";
import { expressionSchema, nameSchema } from "./names.ts";

export const indexSchema = z
  .strictObject({
    name: nameSchema.optional().describe("Default: made of the table's and the columns' names."),
    columns: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('By their names in SQLite, or added ones; "created_at desc" for the other direction.'),
    expression: expressionSchema.optional().describe("In place of columns: an expression in PostgreSQL's SQL."),
    method: z
      .enum(["btree", "hash", "gin", "gist", "spgist", "brin", "hnsw", "ivfflat"])
      .optional()
      .describe("Default: btree."),
    opclass: nameSchema.optional().describe("E.g. jsonb_path_ops, gin_trgm_ops, vector_cosine_ops."),
    unique: z.boolean().optional().describe("true: no two rows may have the same; left out by name where rows do."),
    where: expressionSchema.optional().describe("A partial index's condition, in PostgreSQL's SQL."),
    with: z
      .record(z.string().regex(/^\w+$/), z.union([z.number(), z.boolean(), z.string().regex(/^[\w.]+$/)]))
      .optional()
      .describe("Storage parameters, e.g. { fillfactor: 70 } or { m: 16, ef_construction: 64 }."),
  })
  .refine(
    ({ columns, expression }) => (columns === undefined) !== (expression === undefined),
    "needs columns, or an expression",
  );
