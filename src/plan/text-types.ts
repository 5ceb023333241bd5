/** Type rules for columns that hold TEXT, BLOB or a mixture of storage classes. */

import { BOOLEAN_PAIRS } from "../source/shapes/boolean.ts";
import type { SourceForm } from "./model.ts";
import { textMoment } from "./moment-types.ts";
import {
  type ColumnEvidence,
  decide,
  describeClasses,
  holdsOnly,
  type TypeChoice,
  type TypeDecision,
  type TypeRemark,
  valueCount,
} from "./type-choice.ts";

type UuidSpelling = Extract<SourceForm, { kind: "uuid" }>["spelling"];

const UUID_SPELLINGS = [
  ["uuidLower", "lower"],
  ["uuidUpper", "upper"],
  ["hex32Lower", "hex-lower"],
  ["hex32Upper", "hex-upper"],
] as const;

/** uuid where every value is one in one spelling (text, 32 hex digits, or 16 bytes); null otherwise. */
export const uuidChoice = ({ profile }: ColumnEvidence): TypeChoice | null => {
  const choose = (spelling: UuidSpelling): TypeChoice => ({
    type: { name: "uuid" },
    form: { kind: "uuid", spelling },
    reason: `every value is a UUID, spelled ${spelling}`,
  });
  if (holdsOnly(profile, "blobs"))
    return profile.minBlobBytes === 16 && profile.maxBlobBytes === 16 ? choose("blob") : null;
  if (!holdsOnly(profile, "texts")) return null;
  const spelling = UUID_SPELLINGS.find(([shape]) => profile.shapes[shape] === profile.texts)?.[1];
  return spelling ? choose(spelling) : null;
};

/** json or jsonb where every value parses: jsonb only where every value survives as a value. */
export const jsonChoice = ({ profile }: ColumnEvidence): TypeChoice | null => {
  const { shapes, texts } = profile;
  if (profile.blobs > 0 || shapes.json !== texts || profile.infinities > 0 || profile.negativeZeros > 0) return null;
  const numbers = profile.integers + profile.reals > 0;
  const survives = texts > 0 && !numbers && shapes.jsonContainer === texts && shapes.jsonbSafe === texts;
  return survives
    ? {
        type: { name: "jsonb" },
        form: { kind: "json", numbers },
        reason: "every value is a JSON object or array that jsonb keeps whole",
      }
    : {
        type: { name: "json" },
        form: { kind: "json", numbers },
        reason: "every value is JSON, but jsonb would change some (scalars, duplicate keys, odd numbers or escapes)",
      };
};

/**
 * json or jsonb for a declared JSON column some of whose texts do not parse: by the policy `json.invalid: reject | null`
 * only.
 */
export const jsonDespiteInvalid = ({ profile }: ColumnEvidence): TypeChoice => ({
  type: { name: profile.shapes.jsonbSafe === profile.shapes.json ? "jsonb" : "json" },
  form: { kind: "json", numbers: profile.integers + profile.reals > 0 },
  reason: "declared JSON; what does not parse is handled by the policy json.invalid",
});

/** The pair of words that a declared boolean uses, where every text is one of the two. */
export const booleanWords = ({ profile }: ColumnEvidence): TypeChoice | null => {
  if (!holdsOnly(profile, "texts") || profile.distinct === null) return null;
  const words = profile.distinct.map((value) => value.slice("text:".length));
  const pair = BOOLEAN_PAIRS.find((words_) => words.every((word) => words_.includes(word)));
  if (!pair) return null;
  return {
    type: { name: "boolean" },
    form: { kind: "boolean-text", false: pair[0], true: pair[1] },
    reason: `declared boolean, and every value is '${pair[0]}' or '${pair[1]}'`,
  };
};

/** Text as text: varchar(n) only where every value fits. */
const plainText = ({ profile, declared, column, policies }: ColumnEvidence): TypeDecision => {
  const [length] = declared.sizes;
  const isCharacters = declared.family === "text" && /CHAR/i.test(column.declaredType);
  const text = (reason: string): TypeChoice => ({ type: { name: "text" }, form: { kind: "text" }, reason });
  if (!isCharacters || length === undefined || length > 10_485_760) return decide(text("every value is text"));
  if (profile.maxCharacters > length)
    return decide(text(`values are longer than the ${length} characters declared`), {
      code: "LONGER_THAN_DECLARED",
      severity: "info",
      message: `declared ${column.declaredType}, but the longest value has ${profile.maxCharacters} characters`,
      remedy: "It arrives as text, so that nothing is cut.",
      count: profile.texts,
    });
  // Invalid texts are not measured, and once repaired they may be the longest.
  if (profile.invalidTexts > 0 && policies.invalidText !== "reject")
    return decide(text("texts that are repaired by policy may be longer than declared"));
  return decide({
    type: { name: "varchar", length },
    form: { kind: "text" },
    reason: `no value is longer than the ${length} characters declared`,
  });
};

const propose = (code: string, message: string, count: number, choice: TypeChoice): TypeRemark => ({
  code,
  severity: "suggestion",
  message,
  remedy: `Take it as ${choice.type.name} with --accept suggestions, or \`type: ${choice.type.name}\` in landbridge.yaml.`,
  count,
  choice,
});

/** What plain text could become. One proposal a column, in a fixed order: UUID, date or time, JSON. */
const suggestForText = (evidence: ColumnEvidence): TypeRemark[] => {
  const { profile } = evidence;
  const uuid = uuidChoice(evidence);
  if (uuid)
    return [propose("TEXT_HOLDS_UUID", `all ${profile.texts} texts are UUIDs in one spelling`, profile.texts, uuid)];
  const moment = textMoment(profile.shapes, profile.texts);
  if (moment)
    return [
      propose(
        "TEXT_HOLDS_DATE",
        `all ${profile.texts} texts are dates or times in one spelling`,
        profile.texts,
        moment,
      ),
    ];
  if (profile.shapes.jsonContainer !== profile.texts) return [];
  const json = jsonChoice(evidence);
  return json
    ? [propose("TEXT_HOLDS_JSON", `all ${profile.texts} texts are JSON objects or arrays`, profile.texts, json)]
    : [];
};

/** Text alone. */
export const textDecision = (evidence: ColumnEvidence): TypeDecision => {
  const decision = plainText(evidence);
  return decide(decision.choice, ...decision.remarks, ...suggestForText(evidence));
};

export const BYTEA: TypeChoice = { type: { name: "bytea" }, form: { kind: "blob" }, reason: "every value is a BLOB" };

/** The narrowest type that holds every storage class that is there, with the finding MIXED_STORAGE. */
export const mixedDecision = ({ profile, column }: ColumnEvidence): TypeDecision => {
  const asText = profile.blobs === profile.textualBlobs;
  const choice: TypeChoice = asText
    ? {
        type: { name: "text" },
        form: { kind: "any" },
        reason: "several storage classes in one column; text holds all of them",
      }
    : {
        type: { name: "bytea" },
        form: { kind: "any" },
        reason: "several storage classes in one column, and only bytes hold them all",
      };
  return decide(choice, {
    code: "MIXED_STORAGE",
    severity: "warning",
    message: `declared ${column.declaredType || "without a type"}, holds ${describeClasses(profile)}`,
    remedy: `It arrives as ${choice.type.name}: every value is kept, spelled as ${asText ? "text" : "bytes"}. Name a type in landbridge.yaml to keep that class and reject the other rows.`,
    count: valueCount(profile),
  });
};
