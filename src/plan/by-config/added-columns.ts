/** `tables.<t>.add`: columns that the source does not have. */
import { refusal, usageError } from "../../errors.ts";
import { quoteIdentifier } from "../../target/quote.ts";
import type { Extras, ExtrasContext } from "../extras.ts";
import type { PlanAddedColumn, PlanKey } from "../model.ts";
import { extensionsOfFunctions, extensionsOfType } from "./extensions.ts";

/**
 * @throws LandbridgeError NAMES_COLLIDE (refused) for a name that the table has already, ADDED_COLUMN_WITHOUT_VALUES (exit 2)
 *   for one that must be there in rows that have nothing for it
 */
export const planAddedColumns = ({ draft, wish, enums, names, added: earlier }: ExtrasContext): Extras => {
  const columns: PlanAddedColumn[] = [];
  const uniques: PlanKey[] = [];
  const extensions: string[] = [];
  const taken = new Set([...draft.columns, ...earlier].map(({ target }) => target));
  for (const [target, given] of Object.entries(wish?.add ?? {})) {
    if (taken.has(target)) throw collision(draft.table.name, target);
    const { default: value = null, generated = null, notNull = false, unique = false } = given;
    if (notNull && value === null && generated === null && draft.profile.rows > 0)
      throw withoutValues(draft.table.name, target, draft.profile.rows);
    const enumName = enums.get(given.type.trim());
    const type = enumName === undefined ? given.type.trim() : quoteIdentifier(enumName);
    columns.push({ target, type, notNull, default: value, generated, reason: reasonOf(value, generated) });
    if (unique) uniques.push({ name: names.claim(`${draft.target}_${target}_key`), columns: [target] });
    extensions.push(...extensionsOfType(type), ...extensionsOfFunctions(`${value ?? ""} ${generated ?? ""}`));
  }
  return { added: columns, indexes: [], uniques, extensions };
};

const reasonOf = (value: string | null, generated: string | null): string =>
  generated !== null
    ? `added by landbridge.yaml, computed as ${generated}`
    : value !== null
      ? `added by landbridge.yaml, each row gets ${value}`
      : "added by landbridge.yaml, empty";

const collision = (table: string, name: string) =>
  refusal({
    code: "NAMES_COLLIDE",
    message: `columns of "${table}": "${name}" is to be added, but the table has a column of that name already.`,
    remedy: "Add it under another name, or give the source's column another one with `target:` in landbridge.yaml.",
  });

const withoutValues = (table: string, name: string, rows: number) =>
  usageError({
    code: "ADDED_COLUMN_WITHOUT_VALUES",
    message: `${table}: the added column ${name} is notNull without default and without generated, and the ${rows} rows have no value for it.`,
    remedy: "Give it a `default:` or `generated:` in landbridge.yaml, or leave notNull out.",
  });
