/** One column of the plan, fitted to the column that the application has for it. */
import { catalogueType } from "../plan/ddl/type.ts";
import type { PlanColumn, TargetType } from "../plan/model.ts";
import { valueCount } from "../plan/types/choice.ts";
import type { Moments } from "../plan/types/override.ts";
import type { ColumnProfile } from "../source/model.ts";
import { type Fit, fitColumn } from "./fit.ts";
import { counted, type Notes } from "./notes.ts";
import type { FoundColumn } from "./read.ts";
import { targetTypeOf } from "./target-type.ts";

export interface ColumnContext {
  readonly where: string;
  readonly profile: ColumnProfile;
  readonly notes: Notes;
  readonly moments: Moments;
  /** The tsvector columns that the table computes by itself. */
  readonly computed: ReadonlySet<string>;
}

/** null: the column stays behind, because it holds nothing, or because the table computes it; or the notes refuse it. */
export const adaptColumn = (
  column: PlanColumn,
  there: FoundColumn | undefined,
  context: ColumnContext,
): PlanColumn | null => {
  const { where, profile, notes } = context;
  const values = valueCount(profile);
  if (there === undefined) {
    if (values > 0) notes.refuse(where, `the table has no such column, and ${counted(values, "value")} would be lost`);
    else
      notes.add(
        "COLUMN_WITHOUT_COUNTERPART",
        "info",
        where,
        "the table has no such column; it holds no value",
        "Nothing to do.",
      );
    return null;
  }
  if (context.computed.has(there.name)) return superseded(there, values, context);
  const type = targetTypeOf(there.base);
  if (type === null) return unknownType(there, values, context);
  const fit = fitColumn(type, profile, context.moments);
  if (there.generated === null) judgeFit(there, fit, values, context);
  noteType(column, type, there, context);
  return {
    ...column,
    target: there.name,
    type,
    existingType: there.type,
    form: fit.form,
    notNull: there.notNull,
    default: null,
    identity: there.sequence === null ? null : { past: column.identity?.past ?? null, sequence: there.sequence },
    generated: there.generated,
    reason: "the application's own type",
  };
};

/** A search column is what its text columns say, on either side: the trigger of the application computes it anew. */
const superseded = (there: FoundColumn, values: number, { where, notes }: ColumnContext): null => {
  if (values > 0)
    notes.refuse(where, `the application computes ${there.name} itself, and ${counted(values, "value")} would be lost`);
  else
    notes.add(
      "SEARCH_COLUMN_COMPUTED",
      "info",
      where,
      `the application computes ${there.name} itself; the source holds no value`,
      "Nothing to do.",
    );
  return null;
};

const unknownType = (
  { type, notNull, default: value }: FoundColumn,
  values: number,
  { where, notes }: ColumnContext,
): null => {
  if (values > 0 || (notNull && value === null))
    notes.refuse(where, `${type} is a type that Landbridge cannot write and prove`);
  else
    notes.add(
      "COLUMN_WITHOUT_VALUES",
      "info",
      where,
      `${type} is a type that Landbridge does not write; the source holds no value`,
      "Nothing to do.",
    );
  return null;
};

const judgeFit = (
  there: FoundColumn,
  { misfits, naive, unitless }: Fit,
  values: number,
  { where, notes, profile }: ColumnContext,
): void => {
  if (naive > 0)
    notes.refuse(
      where,
      `${there.name} is ${there.type}, and ${counted(naive, "text names", "texts name")} no zone: say \`zone: UTC\` in landbridge.yaml, or --accept NAIVE_AS_UTC`,
    );
  else if (unitless > 0)
    notes.refuse(
      where,
      `${there.name} is ${there.type}, and what its ${counted(unitless, "number counts", "numbers count")} since 1970 cannot be told by their range: say \`epoch: s\`, \`ms\` or \`us\` in landbridge.yaml`,
    );
  else if (values > 0 && misfits === values)
    notes.refuse(where, `${counted(values, "value")}, none of which can become ${there.type}`);
  else if (misfits > 0)
    notes.add(
      "VALUES_DO_NOT_FIT",
      "warning",
      where,
      `${counted(misfits, "value")} of ${values} at least cannot become ${there.type}: their rows will be kept in landbridge.rejects`,
      isMoment(there)
        ? "Correct them in the source; where some name a zone and some do not, `zone:` in landbridge.yaml says what is meant."
        : "Correct them in the source, or give the column another type in the application's migrations.",
      misfits,
    );
  if (there.notNull && profile.nulls > 0)
    notes.add(
      "NOT_NULL_VIOLATED",
      "warning",
      where,
      `${there.name} is NOT NULL, but ${counted(profile.nulls, "row holds", "rows hold")} NULL: they will be kept in landbridge.rejects`,
      "Fill the values in the source, or drop the constraint in the application's migrations.",
      profile.nulls,
    );
};

const isMoment = ({ base }: FoundColumn): boolean => base.name === "timestamp" || base.name === "timestamptz";

const noteType = (
  column: PlanColumn,
  type: TargetType,
  there: FoundColumn,
  { where, notes, profile }: ColumnContext,
): void => {
  const own = catalogueType(column.type);
  if (own === there.type) return;
  if (type.name === "real" && profile.reals > 0)
    notes.add(
      "REAL_HAS_FOUR_BYTES",
      "warning",
      where,
      `${there.name} is real: only numbers that four bytes hold exactly can arrive, the rows of others will be kept in landbridge.rejects`,
      "Make the column double precision in the application's migrations.",
      profile.reals,
    );
  notes.add(
    "TYPE_OF_APPLICATION",
    "info",
    where,
    `${there.type}, where Landbridge would have made ${own}`,
    "The table's own type is taken; values that cannot become it are rejected, row by row.",
  );
};
