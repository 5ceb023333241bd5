/** `tables.<t>.indexes`: indexes that the source does not have. */
import { refusal } from "../../errors.ts";
import { quoteIdentifier } from "../../target/quote.ts";
import type { IndexConfig } from "../config.ts";
import type { Extras, ExtrasContext } from "../extras.ts";
import type { PlanIndex } from "../model.ts";
import { newIndex } from "../new-index.ts";
import { columnNamed, findColumn, type NamedColumn } from "./columns-named.ts";
import { extensionsOfFunctions, extensionsOfMethod, extensionsOfOperatorClass } from "./extensions.ts";

/** @throws LandbridgeError CONFIG_UNKNOWN_NAME (exit 2) for a column that is not there, NAMES_COLLIDE (refused) for a name that is taken */
export const planConfiguredIndexes = (context: ExtrasContext): Extras => {
  const planned = (context.wish?.indexes ?? []).map((wish) => planIndex(context, wish));
  return {
    added: [],
    indexes: planned.map(({ index }) => index),
    extensions: planned.flatMap(({ extensions }) => extensions),
  };
};

const planIndex = (context: ExtrasContext, wish: IndexConfig): { index: PlanIndex; extensions: string[] } => {
  const { draft } = context;
  const method = wish.method ?? "btree";
  const opclass = wish.opclass === undefined ? "" : ` ${quoteIdentifier(wish.opclass)}`;
  const columns = (wish.columns ?? []).map((text) => orderedColumn(context, text));
  const elements =
    wish.expression === undefined
      ? columns.map(({ column, order }) => `${quoteIdentifier(column.target)}${opclass}${order}`)
      : [`(${wish.expression})${opclass}`];
  const stem = wish.expression === undefined ? columns.map(({ column }) => column.target).join("_") : "expr";
  const options = Object.entries(wish.with ?? {}).map(([key, value]) => `${key} = ${value}`);
  const index = newIndex(claimName(context, wish.name, `${draft.target}_${stem}_idx`), method, elements, {
    unique: wish.unique ?? false,
    where: wish.where ?? null,
    options: options.length === 0 ? null : options.join(", "),
  });
  return {
    index,
    extensions: [
      ...(wish.opclass === undefined
        ? extensionsOfMethod(
            method,
            columns.map(({ column }) => column.type),
          )
        : extensionsOfOperatorClass(wish.opclass)),
      ...extensionsOfFunctions(`${wish.expression ?? ""} ${wish.where ?? ""}`),
    ],
  };
};

const ORDER = /^(.+?)((?:\s+(?:asc|desc))?(?:\s+nulls\s+(?:first|last))?)$/i;

/** A name as it is, else a name with the words of an order behind it. */
const orderedColumn = ({ draft, added }: ExtrasContext, text: string): { column: NamedColumn; order: string } => {
  const whole = findColumn(draft, added, text);
  if (whole !== undefined) return { column: whole, order: "" };
  const [, name = text, order = ""] = ORDER.exec(text.trim()) ?? [];
  const column = columnNamed(draft, added, name, `tables.${draft.table.name}.indexes`);
  return { column, order: order === "" ? "" : ` ${order.trim().replaceAll(/\s+/g, " ").toUpperCase()}` };
};

const claimName = ({ names, draft }: ExtrasContext, wanted: string | undefined, automatic: string): string => {
  const name = names.claim(wanted ?? automatic);
  if (wanted === undefined || name === wanted) return name;
  throw refusal({
    code: "NAMES_COLLIDE",
    message: `index ${wanted} of "${draft.table.name}": the schema has a table, view or index of that name already.`,
    remedy: "Give the index another `name:` in landbridge.yaml, or none.",
  });
};
