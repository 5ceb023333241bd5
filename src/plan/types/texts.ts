/** Type rules for columns that hold TEXT, BLOB or a mixture of storage classes. */

import { BOOLEAN_PAIRS } from "../../source/shapes/boolean.ts";
import {
  type ColumnEvidence,
  decide,
  describeClasses,
  holdsOnly,
  type TypeChoice,
  type TypeDecision,
  valueCount,
} from "./choice.ts";
import { proposalFor } from "./text-proposals.ts";

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

/** Text alone. */
export const textDecision = (evidence: ColumnEvidence): TypeDecision => {
  const decision = plainText(evidence);
  return decide(decision.choice, ...decision.remarks, ...proposalFor(evidence));
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
