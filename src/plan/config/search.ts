/** `tables.<t>.search` of landbridge.yaml: full-text search columns by the user's word. */
import { z } from "zod";
import { nameSchema } from "./names.ts";

export const searchSchema = z.strictObject({
  columns: z
    .record(z.string(), z.enum(["A", "B", "C", "D"]))
    .describe("By the columns' names in SQLite, each with its weight. A JSON array counts with all its texts."),
  language: nameSchema.optional().describe("A text search configuration: english, german, simple … Default: simple."),
  index: z.enum(["gin", "gist", "none"]).optional().describe("Default: gin."),
});
