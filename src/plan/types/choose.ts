/**
 * Chooses a column's PostgreSQL type. Declared types are hints; stored values decide. What keeps every
 * value equal is automatic; what changes what a reader sees is a suggestion.
 */

import { readDeclaredType } from "../../source/catalogue/declared.ts";
import type { ColumnProfile, SourceColumn } from "../../source/model.ts";
import type { Policies } from "../model.ts";
import {
  type ColumnEvidence,
  decide,
  holdsOnly,
  type TypeChoice,
  type TypeDecision,
  type TypeRemark,
  valueCount,
} from "./choice.ts";
import type { Enumeration } from "./enums.ts";
import { jsonChoice, jsonDespiteInvalid } from "./json.ts";
import { momentDecision, suggestEpoch } from "./moments.ts";
import { BIGINT, BOOLEAN, decimalDecision, integerDecision, realDecision } from "./numbers.ts";
import { mixedUuids, proposalFor } from "./text-proposals.ts";
import { BYTEA, booleanWords, mixedDecision, textDecision } from "./texts.ts";
import { mixedUuidChoice, uuidChoice, uuidCount } from "./uuids.ts";

/**
 * Takes a column's declaration and what it holds, gives the type, the form and remarks.
 * Never a type that some stored value does not fit, unless a policy or a suggestion that the user accepted says so.
 */
export const chooseType = (
  column: SourceColumn,
  profile: ColumnProfile,
  policies: Policies,
  enumeration: Enumeration | null = null,
): TypeDecision => {
  const declared = readDeclaredType(column.declaredType);
  const evidence: ColumnEvidence = { column, profile, declared, policies, enumeration };
  const decision =
    valueCount(profile) === 0 ? typeOfEmpty(evidence) : (declaredDecision(evidence) ?? storedDecision(evidence));
  return withTextTrouble(evidence, decision);
};

/** No values: the declaration alone decides. */
const typeOfEmpty = (evidence: ColumnEvidence): TypeDecision => {
  const { declared } = evidence;
  const reason = "no values yet; the declared type decides";
  const iso = { seconds: true, fraction: "trimmed", zone: "" } as const;
  const [first, second = 0] = declared.sizes;
  const choices: Record<typeof declared.family, Omit<TypeChoice, "reason">> = {
    boolean: BOOLEAN,
    integer: BIGINT,
    real: { type: { name: "double precision" }, form: { kind: "real" } },
    decimal: {
      type:
        first === undefined || first > 1000
          ? { name: "numeric" }
          : { name: "numeric", precision: first, scale: second },
      form: { kind: "decimal" },
    },
    date: { type: { name: "date" }, form: { kind: "iso-date" } },
    time: { type: { name: "time" }, form: { kind: "iso-time", ...iso } },
    datetime: { type: { name: "timestamp" }, form: { kind: "iso-datetime", separator: " ", ...iso } },
    json: { type: { name: "jsonb" }, form: { kind: "json", numbers: false } },
    uuid: { type: { name: "uuid" }, form: { kind: "uuid", spelling: "lower" } },
    text: { type: { name: "text" }, form: { kind: "text" } },
    blob: BYTEA,
    none: BYTEA,
  };
  if (declared.family === "text" && first !== undefined && first <= 10_485_760)
    return decide(
      { type: { name: "varchar", length: first }, form: { kind: "text" }, reason },
      ...proposalFor(evidence),
    );
  const proposals = declared.family === "text" ? proposalFor(evidence) : [];
  return decide({ ...choices[declared.family], reason }, ...proposals);
};

/** The families whose declaration asks for a conversion; null where the values do not bear it out. */
const declaredDecision = (evidence: ColumnEvidence): TypeDecision | null => {
  const { declared, profile } = evidence;
  switch (declared.family) {
    case "boolean": {
      const words = booleanWords(evidence);
      if (words) return decide(words);
      return holdsOnly(profile, "texts") ? carry(evidence, otherWords(evidence)) : null;
    }
    case "decimal":
      return decimalDecision(evidence);
    case "date":
    case "time":
    case "datetime": {
      const moment = momentDecision(evidence);
      if ("choice" in moment) return moment;
      return carry(evidence, moment.remark);
    }
    case "json": {
      const json = jsonChoice(evidence);
      if (json) return decide(json);
      const remark = notAll(evidence, "JSON_INVALID", "JSON", profile.shapes.json);
      return evidence.policies.invalidJson === "text"
        ? carry(evidence, remark)
        : decide(jsonDespiteInvalid(evidence), remark);
    }
    case "uuid": {
      const uuid = uuidChoice(profile);
      if (uuid) return decide(uuid);
      const mixed = mixedUuidChoice(profile);
      if (mixed) {
        const what = `declared ${evidence.column.declaredType}, and all ${valueCount(profile)} values are UUIDs`;
        return decide(storedDecision(evidence).choice, mixedUuids(what, profile, mixed));
      }
      return profile.integers + profile.reals > 0
        ? null
        : carry(evidence, notAll(evidence, "UUID_NOT_UNIFORM", "UUIDs", uuidCount(profile)));
    }
    case "text": {
      const uuid = declared.perhapsUuid ? uuidChoice(profile) : null;
      return uuid ? decide(uuid) : null;
    }
    default:
      return null;
  }
};

/** Said of columns that are declared as text: a declaration that the values do not bear out says enough. */
const PROPOSALS: readonly string[] = [
  ...["CHECK_AS_ENUM", "TEXT_HOLDS_UUID", "UUID_NOT_UNIFORM", "TEXT_HOLDS_DATE", "DATES_NOT_UNIFORM"],
  ...["JSON_HOLDS_ARRAY", "TEXT_HOLDS_JSON", "TEXT_HOLDS_EPOCH", "DATE_FORM_UNKNOWN", "MONEY_TEXT"],
  ...["INTEGER_AS_BOOLEAN", "INTEGER_AS_TIMESTAMP", "EPOCH_IN_NANOSECONDS"],
];

const carry = (evidence: ColumnEvidence, remark: TypeRemark): TypeDecision => {
  const plain = storedDecision(evidence);
  return decide(plain.choice, remark, ...plain.remarks.filter(({ code }) => !PROPOSALS.includes(code)));
};

const otherWords = ({ column, profile }: ColumnEvidence): TypeRemark => ({
  code: "BOOLEAN_HOLDS_OTHERS",
  severity: "warning",
  message: `declared ${column.declaredType}, but the texts are not just one pair of words for false and true`,
  remedy: "It arrives as text. Correct the values in the source, or name the type in landbridge.yaml.",
  count: profile.texts,
});

const notAll = (evidence: ColumnEvidence, code: string, what: string, count: number): TypeRemark => {
  const { profile, column } = evidence;
  const total = valueCount(profile);
  return {
    code,
    severity: "warning",
    message: `declared ${column.declaredType}, but only ${count} of ${total} values are ${what}`,
    remedy:
      "It arrives as it is stored. Correct the values, or name the type in landbridge.yaml to reject the rows that do not fit.",
    count: total - count,
  };
};

/** What the storage classes alone say. */
const storedDecision = (evidence: ColumnEvidence): TypeDecision => {
  const { profile } = evidence;
  if (holdsOnly(profile, "integers")) {
    const decision = integerDecision(evidence);
    return decide(decision.choice, ...decision.remarks, ...suggestEpoch(evidence));
  }
  if (holdsOnly(profile, "integers", "reals")) return realDecision(evidence);
  if (holdsOnly(profile, "texts")) return textDecision(evidence);
  if (holdsOnly(profile, "blobs")) return decide(BYTEA);
  return mixedDecision(evidence);
};

/** Text that PostgreSQL's text types cannot hold: said, and by policy turned into bytes. */
const withTextTrouble = ({ profile, policies }: ColumnEvidence, decision: TypeDecision): TypeDecision => {
  const remarks: TypeRemark[] = [];
  if (profile.nulTexts > 0)
    remarks.push(textTrouble("NUL_IN_TEXT", "hold a NUL character", profile.nulTexts, "nul", policies.nul));
  if (profile.invalidTexts > 0)
    remarks.push(
      textTrouble(
        "INVALID_TEXT",
        "are not valid in the file's encoding",
        profile.invalidTexts,
        "invalid",
        policies.invalidText,
      ),
    );
  const asBytes =
    (profile.nulTexts > 0 && policies.nul === "bytea") ||
    (profile.invalidTexts > 0 && policies.invalidText === "bytea");
  const choice: TypeChoice = asBytes
    ? {
        type: { name: "bytea" },
        form: { kind: "any" },
        reason: "text that PostgreSQL cannot hold, kept as its original bytes by policy",
      }
    : decision.choice;
  return remarks.length === 0
    ? decision
    : decide(choice, ...remarks, ...decision.remarks.filter(({ choice: other }) => !other));
};

const textTrouble = (code: string, what: string, count: number, key: string, policy: string): TypeRemark => ({
  code,
  severity: policy === "reject" ? "error" : "warning",
  message: `${count} ${count === 1 ? "text" : "texts"} ${what}; policy: ${policy}`,
  remedy:
    policy === "reject"
      ? `These rows go to landbridge.rejects. Choose \`text: { ${key}: strip | replace | bytea }\` in landbridge.yaml to carry them.`
      : `Chosen in landbridge.yaml; the report counts what was changed.`,
  count,
});
