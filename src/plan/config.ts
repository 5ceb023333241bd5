/**
 * `landbridge.yaml`: what a user may say about a crossing. Unknown keys are errors; the JSON Schema for editors comes from
 * here.
 */
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { usageError } from "../errors.ts";
import { labelsSchema, nameSchema, zoneSchema } from "./config/names.ts";
import { rehearsalSchema } from "./config/rehearsal.ts";
import { tableSchema } from "./config/tables.ts";
import { isTargetSchema } from "./names.ts";
import { nearest } from "./nearest.ts";

/** What may be said of one file; where several go into one schema, of each of them. */
const sourceKeys = {
  names: z.enum(["preserve", "lower", "snake"]).optional().describe("How names cross. Default: preserve."),
  accept: z
    .union([z.literal("suggestions"), z.array(z.string())])
    .optional()
    .describe('"suggestions" takes every proposed conversion; a list takes those codes, e.g. [INTEGER_AS_BOOLEAN].'),
  text: z
    .strictObject({
      nul: z
        .enum(["reject", "strip", "replace", "bytea"])
        .optional()
        .describe("NUL characters in text. Default: reject."),
      invalid: z
        .enum(["reject", "strip", "replace", "bytea"])
        .optional()
        .describe("Text that is not valid in its encoding. Default: reject."),
    })
    .optional(),
  json: z
    .strictObject({
      invalid: z
        .enum(["text", "reject", "null"])
        .optional()
        .describe(
          "Declared JSON that does not parse: the column stays text (default), such rows are rejected, or such values become NULL.",
        ),
      index: z
        .enum(["none", "jsonb_path_ops", "jsonb_ops"])
        .optional()
        .describe(
          "A GIN index of that operator class for every jsonb column; none: none, and no suggestion either. Default: a suggestion for tables of 1,000 rows and more.",
        ),
    })
    .optional(),
  orphans: z
    .enum(["keep", "quarantine", "null", "fail"])
    .optional()
    .describe("Rows whose parent is missing. Default: keep; the foreign key stays NOT VALID and the rows are listed."),
  zone: zoneSchema
    .optional()
    .describe(
      "What dates without a zone mean in a column of timestamptz, by `type:` or of an application's own: UTC, or an offset such as +02:00.",
    ),
  enums: z
    .record(nameSchema, labelsSchema)
    .optional()
    .describe("Enum types by their name, with all their labels in order; columns take one by `type:`."),
  expect: z
    .array(z.string().min(1))
    .optional()
    .describe("Tables that the source should have: one that is missing is a warning, one that is empty is told."),
  tables: z.record(z.string(), tableSchema).optional().describe("By the table's name in SQLite."),
  rename: z
    .record(nameSchema, nameSchema)
    .optional()
    .describe("Other names for indexes, keys, views and functions, by the names that they would have in PostgreSQL."),
  triggers: z
    .record(z.string(), z.enum(["translate", "skip"]))
    .optional()
    .describe(
      "By the trigger's name: translate takes its PL/pgSQL, where it has an equal; skip leaves it out knowingly.",
    ),
};

/** Names of tables and types are a file's own: said for all of them, each file that lacks one would be a mistake. */
const ONE_FILES = ["tables", "enums", "expect", "rename", "triggers"] as const;

const refuseSharedNames = (
  config: Readonly<Partial<Record<"sources" | (typeof ONE_FILES)[number], unknown>>>,
  { addIssue }: { addIssue: (issue: { code: "custom"; path: string[]; message: string }) => void },
): void => {
  if (config.sources === undefined) return;
  for (const key of ONE_FILES)
    if (config[key] !== undefined)
      addIssue({ code: "custom", path: [key], message: "with sources, it stands under the file that it is about" });
};

export const configSchema = z
  .strictObject({
    schema: z
      .string()
      .min(1)
      .refine(isTargetSchema, "no schema to load into: longer than 63 bytes, landbridge, pg_… or information_schema")
      .optional()
      .describe("The PostgreSQL schema to load into. Default: public."),
    ...sourceKeys,
    rehearsal: rehearsalSchema.optional().describe("Load, queries and thresholds of npm run rehearse."),
    sources: z
      .record(z.string(), z.strictObject(sourceKeys))
      .optional()
      .describe(
        "Several SQLite files in one schema: what may be said of each, by its file name. It counts before what is said for all.",
      ),
  })
  .superRefine(refuseSharedNames);

export type Config = z.infer<typeof configSchema>;

/** What is said of one table, and of its parts. */
export type TableConfig = NonNullable<Config["tables"]>[string];
export type ColumnConfig = NonNullable<TableConfig["columns"]>[string];
export type IndexConfig = NonNullable<TableConfig["indexes"]>[number];
export type PartitionConfig = NonNullable<TableConfig["partition"]>;
/** By the search column's name. */
export type SearchConfigs = NonNullable<TableConfig["search"]>;

/** The JSON Schema that editors use: `# yaml-language-server: $schema=…` in the first line of landbridge.yaml. */
export const configJsonSchema = (): object => ({
  ...z.toJSONSchema(configSchema),
  title: "landbridge.yaml",
});

const invalid = (file: string, line: number, column: number, message: string, remedy: string): Error =>
  usageError({ code: "CONFIG_INVALID", message: `${file}:${line}:${column}: ${message}`, remedy });

/** Every key that the schema knows, wherever it stands, for "did you mean". */
const keysIn = (node: unknown): string[] => {
  if (typeof node !== "object" || node === null) return [];
  const own = "properties" in node && typeof node.properties === "object" ? Object.keys(node.properties ?? {}) : [];
  return [...own, ...Object.values(node).flatMap(keysIn)];
};

const KEYS: readonly string[] = [...new Set(keysIn(z.toJSONSchema(configSchema)))];

/**
 * Reads landbridge.yaml.
 * @param text the file's content · @param file its name, for messages
 * @throws LandbridgeError CONFIG_INVALID (exit 2) with line, column, and for unknown keys a suggestion
 */
export const parseConfig = (text: string, file: string): Config => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [syntax] = document.errors;
  if (syntax) {
    const { line, col } = lines.linePos(syntax.pos[0]);
    throw invalid(file, line, col, syntax.message, "Correct the YAML at that place.");
  }
  const result = configSchema.safeParse(document.toJS() ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].map(String);
  const { line, col } = lines.linePos(offsetOf(document, path));
  if (unknown !== undefined) {
    const guess = nearest(unknown, KEYS);
    throw invalid(
      file,
      line,
      col,
      `unknown key "${unknown}"`,
      guess ? `Did you mean "${guess}"?` : `Known keys: ${KEYS.join(", ")}.`,
    );
  }
  throw invalid(
    file,
    line,
    col,
    `${path.join(".") || "the file"}: ${issue === undefined ? "not valid" : wordsOf(issue)}`,
    "See docs/configuration.md for what each key takes.",
  );
};

/** What is wrong; of a key that takes this or that, what each of them would have been. */
const wordsOf = (issue: z.core.$ZodIssue): string => {
  const each = issue.code === "invalid_union" ? issue.errors.flatMap(([first]) => (first ? [wordsOf(first)] : [])) : [];
  return each.length === 0 ? issue.message : [...new Set(each)].join("; or ");
};

/** Where in the text a key stands: the key itself where it can be found, else the value of its parent. */
const offsetOf = (document: ReturnType<typeof parseDocument>, path: readonly string[]): number => {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const pair = itemsOf(parent).find(({ key }) => String(key?.value ?? key) === path[depth - 1]);
    if (pair?.key?.range) return pair.key.range[0] ?? 0;
  }
  return 0;
};

interface PairLike {
  readonly key?: { readonly value?: unknown; readonly range?: readonly number[] } | null;
}

const itemsOf = (node: unknown): readonly PairLike[] =>
  typeof node === "object" && node !== null && "items" in node ? (node.items as readonly PairLike[]) : [];
