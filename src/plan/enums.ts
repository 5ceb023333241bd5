/** The enum types of a plan: the user's, and those that columns take from their CHECK. */
import type { Config } from "./config.ts";
import type { TableDraft } from "./drafts/model.ts";
import type { FindingList } from "./findings.ts";
import type { PlanEnum, TargetType } from "./model.ts";
import type { Namespace } from "./names.ts";
import { isBuiltInType } from "./type-names.ts";

type EnumType = Extract<TargetType, { name: "enum" }>;

/**
 * Types share their namespace with tables, whose row types have the tables' names: a name that is taken gets a number, and the
 * columns of the type follow it. Each column that takes its enum from a CHECK has a type of its own, so that labels are added to
 * one without the others; only a foreign key makes both its sides one. Changes the drafts.
 */
export const planEnums = (
  drafts: readonly TableDraft[],
  wanted: Config["enums"],
  names: Namespace,
  findings: FindingList,
): PlanEnum[] => {
  // A name without a schema means PostgreSQL's own type first.
  const claimed = (name: string): string => names.claim(isBuiltInType(name) ? `${name}_1` : name);
  const enums: PlanEnum[] = Object.entries(wanted ?? {}).map(([name, labels]) => ({ name: claimed(name), labels }));
  const byWish = new Map(Object.keys(wanted ?? {}).map((name, i) => [name, enums[i]!.name]));
  for (const [name, given] of byWish)
    if (name !== given)
      findings.add(
        "NAME_CHANGED",
        "info",
        `enum ${name}`,
        `a table or a type of PostgreSQL's has this name; the type becomes "${given}"`,
        "Give it another name in `enums:` of landbridge.yaml.",
      );
  // By the type itself: a column that follows another through a foreign key has the very same one.
  const byCheck = new Map<EnumType, EnumType>();
  const settled = (type: EnumType, fixed: boolean): EnumType => {
    if (fixed) return { ...type, type: byWish.get(type.type) ?? type.type };
    const known = byCheck.get(type);
    if (known !== undefined) return known;
    const made = { ...type, type: claimed(type.type) };
    enums.push({ name: made.type, labels: made.labels });
    byCheck.set(type, made);
    return made;
  };
  const isWished = ({ type, labels }: EnumType): boolean =>
    wanted !== undefined && Object.hasOwn(wanted, type) && wanted[type] === labels;
  for (const { columns } of drafts)
    for (const column of columns) {
      const { type } = column.choice;
      if (type.name === "enum") column.choice = { ...column.choice, type: settled(type, isWished(type)) };
    }
  return enums;
};
