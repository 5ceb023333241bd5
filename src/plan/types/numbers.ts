/** Type rules for columns that hold INTEGER and REAL values only, and for decimals, which may be spelled as text. */
import {
  type ColumnEvidence,
  decide,
  describeClasses,
  holdsOnly,
  integersAreExactDoubles,
  type TypeChoice,
  type TypeDecision,
  type TypeRemark,
} from "./choice.ts";

export const BIGINT: TypeChoice = {
  type: { name: "bigint" },
  form: { kind: "integer" },
  reason: "every value is a 64-bit integer",
};
export const BOOLEAN: TypeChoice = {
  type: { name: "boolean" },
  form: { kind: "boolean-integer" },
  reason: "every value is 0 or 1",
};

const isZeroOrOne = (evidence: ColumnEvidence): boolean =>
  holdsOnly(evidence.profile, "integers") &&
  Number(evidence.profile.minInteger) >= 0 &&
  Number(evidence.profile.maxInteger) <= 1;

/** BOOL…: boolean where every value is 0 or 1; what else it holds stays as it is, with a warning. */
const booleanIntegers = (evidence: ColumnEvidence): TypeDecision => {
  if (isZeroOrOne(evidence)) return decide({ ...BOOLEAN, reason: "declared boolean, and every value is 0 or 1" });
  const { minInteger, maxInteger, integers } = evidence.profile;
  return decide(
    { ...BIGINT, reason: "declared boolean, but other integers than 0 and 1 are stored" },
    {
      code: "BOOLEAN_HOLDS_OTHERS",
      severity: "warning",
      message: `declared ${evidence.column.declaredType}, but the integers range from ${minInteger} to ${maxInteger}`,
      remedy: "It arrives as bigint. Correct the values in the source, or name another type in landbridge.yaml.",
      count: integers,
    },
  );
};

/** A 0/1 column that nobody declared boolean: proposed only, because readers that compare with 1 would break. */
const suggestBoolean = (evidence: ColumnEvidence): TypeRemark[] => {
  const distinct = evidence.profile.distinct;
  if (!isZeroOrOne(evidence) || distinct?.length !== 2) return [];
  return [
    {
      code: "INTEGER_AS_BOOLEAN",
      severity: "suggestion",
      message: `all ${evidence.profile.integers} values are 0 or 1`,
      remedy: "Take it as boolean with --accept suggestions, or `type: boolean` in landbridge.yaml.",
      count: evidence.profile.integers,
      choice: BOOLEAN,
    },
  ];
};

/** Integers alone: bigint always, never four bytes. */
export const integerDecision = (evidence: ColumnEvidence): TypeDecision => {
  if (evidence.declared.family === "boolean") return booleanIntegers(evidence);
  if (evidence.declared.family === "uuid")
    return decide(BIGINT, {
      code: "UUID_STORED_AS_NUMBER",
      severity: "error",
      message: `${evidence.profile.integers} values of a column declared ${evidence.column.declaredType} were turned into numbers by SQLite's NUMERIC affinity`,
      remedy:
        "The original spelling is gone from the file; restore these values from another source. They arrive as the numbers they are.",
      count: evidence.profile.integers,
    });
  return decide(BIGINT, ...suggestBoolean(evidence));
};

const DOUBLE_REASON = "numbers with a fraction; eight bytes keep every digit that SQLite stored";

/** REAL alone or beside INTEGER: double precision unless an integer would lose digits in it. */
export const realDecision = (evidence: ColumnEvidence): TypeDecision => {
  const { profile, declared, column } = evidence;
  const remarks: TypeRemark[] = [];
  if (declared.family === "uuid" || declared.family === "boolean" || declared.family === "integer")
    remarks.push({
      code: declared.family === "uuid" ? "UUID_STORED_AS_NUMBER" : "REAL_IN_INTEGER_COLUMN",
      severity: declared.family === "uuid" ? "error" : "warning",
      message: `declared ${column.declaredType}, but ${profile.reals} values are REAL`,
      remedy: "It arrives with every digit kept. Correct the source if whole numbers were meant.",
      count: profile.reals,
    });
  if (integersAreExactDoubles(profile))
    return decide({ type: { name: "double precision" }, form: { kind: "real" }, reason: DOUBLE_REASON }, ...remarks);
  if (profile.negativeZeros === 0)
    return decide(
      {
        type: { name: "numeric" },
        form: { kind: "decimal" },
        reason: "integers beyond ±2^53 beside fractions: only numeric holds both exactly",
      },
      ...remarks,
    );
  return decide(
    {
      type: { name: "text" },
      form: { kind: "any" },
      reason: "integers beyond ±2^53 beside a negative zero: only text holds both",
    },
    ...remarks,
  );
};

/** DECIMAL(p,s), NUMERIC: numeric; with (p,s) only where every value fits exactly. Null: not decimals. */
export const decimalDecision = (evidence: ColumnEvidence): TypeDecision | null => {
  const { profile, declared, column } = evidence;
  if (profile.blobs > 0 || profile.shapes.decimalText !== profile.texts || profile.negativeZeros > 0) return null;
  const [precision, scale = 0] = declared.sizes;
  const plain: TypeChoice = {
    type: { name: "numeric" },
    form: { kind: "decimal" },
    reason: "declared decimal; every value is a number that numeric holds exactly",
  };
  if (precision === undefined) return decide(plain);
  const fits =
    precision <= 1000 &&
    profile.infinities === 0 &&
    profile.maxScale <= scale &&
    profile.maxIntegerDigits <= precision - scale;
  if (fits)
    return decide({
      ...plain,
      type: { name: "numeric", precision, scale },
      reason: `every value fits ${column.declaredType} exactly`,
    });
  return decide(plain, {
    code: "DECIMAL_WIDER_THAN_DECLARED",
    severity: "info",
    message: `declared ${column.declaredType}, but values need ${profile.maxIntegerDigits} digits before the point and ${profile.maxScale} after it (${describeClasses(profile)})`,
    remedy: "It arrives as numeric without a limit, so that no digit is rounded away.",
    count: profile.integers + profile.reals + profile.texts,
  });
};
