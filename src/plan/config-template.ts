/** Writes a commented landbridge.yaml for one source: every key with its default, every suggestion as a line to uncomment. */
import { unindexedForeignKeys } from "./by-config/foreign-key-indexes.ts";
import { renderType } from "./ddl/type.ts";
import type { Plan, PlanTable } from "./model.ts";

const HEADER = `# yaml-language-server: $schema=./landbridge.schema.json
# What may be said about this crossing. Every line below is a comment that shows the default; uncomment what you decide.

# schema: public            # the PostgreSQL schema to load into
# names: preserve           # preserve | lower | snake
# accept: suggestions       # or a list of codes, e.g. [INTEGER_AS_BOOLEAN]
# orphans: keep             # keep | quarantine | null | fail: rows whose parent is missing
# triggers: { name: translate }  # or skip: one trigger by its name, where it has an equal in PL/pgSQL
# text:
#   nul: reject             # reject | strip | replace | bytea: NUL characters in text
#   invalid: reject         # reject | strip | replace | bytea: text that is not valid in its encoding
# json:
#   invalid: text           # text | reject | null: declared JSON that does not parse
#   index: none             # none | jsonb_path_ops | jsonb_ops: a GIN index for every jsonb column
# enums:                    # types of the schema's own: all labels, in their order; columns take one by type:
#   analysis_status: [QUEUED, RUNNING, DONE]
# expect: [users, orders]   # tables that the source should have: the report lists them first, missing ones too
# rehearsal:                # npm run rehearse: load, queries, and what is still good enough to go
#   thresholds: { rowMismatchPercent: 1, errorPercent: 1, slowerPercent: 50, slowerMilliseconds: 1 }

# A table may also have, beside its columns (docs/configuration.md has every key):
##    add: { uuid: { type: uuid, default: gen_random_uuid(), notNull: true } }
##    indexes: [{ columns: ["created_at desc"] }, { columns: [meta], method: gin }]
##    partition: { by: range, columns: [created_at], every: month }
`;

/** A word as YAML takes it plainly; everything else, and what YAML would read as null or a boolean, in quotes. */
const word = (text: string): string =>
  /^[A-Za-z_][\w ]*$/.test(text) && !/^(null|true|false|yes|no|on|off|y|n)$/i.test(text) ? text : JSON.stringify(text);

const tableLines = (plan: Plan, table: PlanTable): string[] => [
  `#   ${word(table.source)}:   # ${table.rows} rows`,
  "#     columns:",
  ...table.columns.flatMap((column) => [
    ...plan.findings
      .filter(({ severity, where }) => severity === "suggestion" && where === `${table.source}.${column.source}`)
      .map(({ code, message }) => `#       # ${code}: ${message.replaceAll(/[\r\n]+/g, " ")}`),
    `#       ${word(column.source)}: { type: ${word(renderType(column.type))} }   # ${column.reason}`,
  ]),
  ...indexLines(table),
];

/** What the foreign keys lack. */
const indexLines = (table: PlanTable): string[] => {
  const lacking = unindexedForeignKeys(table);
  if (lacking.length === 0) return [];
  return [
    "#     indexes:",
    ...lacking.map((columns) => `#       - { columns: [${columns.map(word).join(", ")}] }   # FK_WITHOUT_INDEX`),
  ];
};

/** The file's text. It parses to an empty configuration, so that writing it changes nothing. */
export const configTemplate = (plan: Plan): string =>
  `${HEADER}\n# tables:\n${plan.tables.flatMap((table) => tableLines(plan, table)).join("\n")}\n`;
