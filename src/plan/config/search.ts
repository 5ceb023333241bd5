/** `tables.<t>.search` of landbridge.yaml: full-text search columns by the user's word. */
import { z } from "zod";
import { nameSchema } from "./names.ts";

export const searchSchema = z.strictObject({
  columns: z
    .record(z.string(), z.enum(["A", "B", "C", "D"]))
    .refine((columns) => Object.keys(columns).length > 0, "needs a column")
    .describe("By the columns' names in SQLite, each with its weight. A JSON array counts with all its texts."),
  language: nameSchema
    .optional()
    .describe(
      "A text search configuration: english, german, simple … Default: the nearest to the tokenizer of the full-text table that it stands for, else simple.",
    ),
  index: z.enum(["gin", "gist", "none"]).optional().describe("Default: gin."),
  replaces: z
    .string()
    .min(1)
    .optional()
    .describe(
      "The full-text table of SQLite that it stands for, whose results are compared. Default: the one that searches this table.",
    ),
});
