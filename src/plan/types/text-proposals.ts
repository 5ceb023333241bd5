/** What a column of plain text could become: one proposal a column, the first of a fixed order (docs/types.md). */
import { arrayChoice } from "./arrays.ts";
import type { ColumnEvidence, TypeChoice, TypeRemark } from "./choice.ts";
import { enumChoice } from "./enums.ts";
import { jsonChoice } from "./json.ts";
import { mixedMoments } from "./moment-proposals.ts";
import { epochTextRemark, mixedMoment, textMoment, unreadMomentRemark } from "./moments.ts";
import { propose } from "./propose.ts";
import { mixedUuidChoice, uuidCensus, uuidChoice } from "./uuids.ts";

type Rule = (evidence: ColumnEvidence) => TypeRemark | null;

const asEnum: Rule = (evidence) => {
  const choice = enumChoice(evidence);
  const { texts } = evidence.profile;
  if (choice?.type.name !== "enum") return null;
  const { labels, type } = choice.type;
  return {
    code: "CHECK_AS_ENUM",
    severity: "suggestion",
    message: `a CHECK allows ${labels.length} ${labels.length === 1 ? "text" : "texts"} (${shownLabels(labels)}), and ${texts === 0 ? "nothing else is stored" : texts === 1 ? "the one value is one of them" : `all ${texts} values are among them`}`,
    remedy: `Take it as an enum type ${JSON.stringify(type)} in place of the CHECK, labels in its order, with --accept suggestions, or by \`enums:\` and \`type:\` in landbridge.yaml. A label is added later with ALTER TYPE … ADD VALUE; none can be taken away.`,
    count: texts,
    choice,
  };
};

const shownLabels = (labels: readonly string[]): string =>
  labels
    .slice(0, 6)
    .map((label) => `'${label}'`)
    .concat(labels.length > 6 ? ["…"] : [])
    .join(", ");

const asUuid: Rule = ({ profile }) => {
  const { texts } = profile;
  const uniform = uuidChoice(profile);
  if (uniform) return propose("TEXT_HOLDS_UUID", `all ${texts} texts are UUIDs in one spelling`, texts, uniform);
  const mixed = mixedUuidChoice(profile);
  return mixed && mixedUuids(`all ${texts} texts are UUIDs`, profile, mixed);
};

/** Several spellings of UUIDs: which one a value had is not kept. */
export const mixedUuids = (what: string, profile: ColumnEvidence["profile"], choice: TypeChoice): TypeRemark =>
  propose(
    "UUID_NOT_UNIFORM",
    `${what}: ${uuidCensus(profile)}`,
    profile.texts + profile.blobs,
    choice,
    "As uuid they are printed in lower case with hyphens, and spellings of one UUID become equal. ",
  );

const asMoment: Rule = ({ profile }) => {
  const { texts } = profile;
  const uniform = textMoment(profile.shapes, texts);
  if (uniform)
    return propose("TEXT_HOLDS_DATE", `all ${texts} texts are dates or times in one spelling`, texts, uniform);
  const mixed = mixedMoment(profile);
  return mixed && mixedMoments(`all ${texts} texts are dates with times`, profile, mixed);
};

const asArray: Rule = (evidence) => {
  const choice = arrayChoice(evidence);
  if (choice?.type.name !== "array") return null;
  const { texts, shapes } = evidence.profile;
  const hasSpelling = choice.form.kind === "json-array" && choice.form.spelling !== undefined;
  return propose(
    "JSON_HOLDS_ARRAY",
    `all ${texts} texts are JSON arrays of ${choice.type.element.name}${shapes.arrays.empty > 0 ? ` (${shapes.arrays.empty} without an element)` : ""}`,
    texts,
    choice,
    `A reader gets the driver's own list in place of a text to parse${hasSpelling ? "" : "; spaces and the spelling of numbers and escapes, which differ here, are not kept"}. `,
  );
};

const asJson: Rule = (evidence) => {
  const { texts, shapes } = evidence.profile;
  const choice = shapes.jsonContainer === texts ? jsonChoice(evidence) : null;
  return choice && propose("TEXT_HOLDS_JSON", `all ${texts} texts are JSON objects or arrays`, texts, choice);
};

const money: Rule = ({ profile }) => {
  const { money: amounts } = profile.shapes;
  const filled = profile.texts - profile.emptyTexts;
  if (amounts === 0 || amounts < filled) return null;
  return {
    code: "MONEY_TEXT",
    severity: "info",
    message: `all ${filled} texts read as amounts of money, with a currency or with thousands set apart`,
    remedy:
      "It arrives as the text it is: which of its marks is the decimal point is a guess. Write plain decimals in the source and name `type: numeric(12,2)`, or add a generated column that takes the marks off (`add:`, docs/types.md).",
    count: amounts,
  };
};

/**
 * The surest comes first: what the schema itself says, then what can be nothing else, then the narrowest reading of JSON. Arrays of
 * numbers that are vectors are taken out of this order by vectors/choose.ts, which comes before arrays.
 */
const RULES: readonly Rule[] = [asEnum, asUuid, asMoment, asArray, asJson];

/** What cannot be converted without a guess: said, and left as it is. */
const REMARKS: readonly Rule[] = [epochTextRemark, unreadMomentRemark, money];

/** At most one. Of a column without a value only what the schema itself says. */
export const proposalFor = (evidence: ColumnEvidence): TypeRemark[] => {
  for (const rule of evidence.profile.texts === 0 ? [asEnum] : [...RULES, ...REMARKS]) {
    const remark = rule(evidence);
    if (remark !== null) return [remark];
  }
  return [];
};
