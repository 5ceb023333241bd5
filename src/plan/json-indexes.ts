/** GIN indexes of jsonb columns: SQLite has none of the kind, so they come by suggestion or by `json.index` of landbridge.yaml. */
import { quoteIdentifier } from "../target/quote.ts";
import { isAccepted } from "./accept.ts";
import { type ColumnDraft, sameName } from "./drafts/model.ts";
import type { Extras, ExtrasContext } from "./extras.ts";
import type { PlanIndex } from "./model.ts";
import { newIndex } from "./new-index.ts";

/** In a table of fewer rows a scan is as fast. */
const WORTH_AN_INDEX = 1_000;

const CODE = "JSONB_WITHOUT_INDEX";
const NOTHING: Extras = { added: [], indexes: [], extensions: [] };

/** `json.index` says it for every jsonb column; without it each column of a table that is worth it is a suggestion. */
export const planJsonIndexes = (context: ExtrasContext): Extras => {
  const { draft, config, findings } = context;
  const wanted = config.json?.index;
  if (wanted === "none") return NOTHING;
  const columns = draft.columns.filter((column) => column.choice.type.name === "jsonb" && !isIndexed(column, context));
  if (wanted !== undefined) return { ...NOTHING, indexes: columns.map((column) => ginIndex(column, wanted, context)) };
  if (draft.profile.rows < WORTH_AN_INDEX) return NOTHING;
  const isTaken = isAccepted(config.accept, CODE);
  for (const { column, profile } of columns)
    findings.add(
      CODE,
      isTaken ? "info" : "suggestion",
      `${draft.table.name}.${column.name}`,
      `jsonb in ${draft.profile.rows} rows, which @> and @? search one by one without a GIN index${isTaken ? "; one of jsonb_path_ops is made" : ""}`,
      isTaken
        ? "Accepted by you."
        : "Take it with --accept suggestions; say `json: { index: jsonb_path_ops | jsonb_ops | none }` for all columns, or `indexes:` of the table, in landbridge.yaml.",
      profile.texts,
    );
  return isTaken
    ? { ...NOTHING, indexes: columns.map((column) => ginIndex(column, "jsonb_path_ops", context)) }
    : NOTHING;
};

const isIndexed = ({ column, target }: ColumnDraft, { wish }: ExtrasContext): boolean =>
  (wish?.indexes ?? []).some(
    ({ method, columns = [] }) =>
      method === "gin" && columns.some((name) => sameName(name, column.name) || sameName(name, target)),
  );

const ginIndex = ({ target }: ColumnDraft, operators: string, { draft, names }: ExtrasContext): PlanIndex =>
  newIndex(names.claim(`${draft.target}_${target}_idx`), "gin", [`${quoteIdentifier(target)} ${operators}`]);
