/** One column of a draft: its name, and its type by the user's word or by what it declares and holds. */

import type { ColumnProfile, SourceColumn, SourceTable } from "../../source/model.ts";
import { isAccepted } from "../accept.ts";
import type { Capabilities } from "../capabilities.ts";
import type { ColumnConfig, Config } from "../config.ts";
import type { FindingList } from "../findings.ts";
import type { Policies } from "../model.ts";
import { foldColumnName, type NamePolicy } from "../names.ts";
import { type TypeChoice, type TypeDecision, valueCount } from "../types/choice.ts";
import { chooseType } from "../types/choose.ts";
import { emptiedProfile, noteEmptied } from "../types/empty-texts.ts";
import { noteMissingLabels } from "../types/enum-labels.ts";
import { enumerationOf } from "../types/enums.ts";
import { overrideType } from "../types/override.ts";
import { parseTargetType } from "../types/parse.ts";
import { withVectors } from "../vectors/choose.ts";
import { zoneMinutes } from "../zone.ts";
import type { ColumnDraft } from "./model.ts";

interface Surroundings {
  readonly config: Config;
  readonly policies: Policies;
  readonly findings: FindingList;
  readonly capabilities: Capabilities | null;
}

interface Found {
  readonly table: SourceTable;
  /** The table's name in PostgreSQL. */
  readonly target: string;
  readonly column: SourceColumn;
  readonly profile: ColumnProfile;
  /** The user's word on this column. */
  readonly wish: ColumnConfig | undefined;
}

/** @throws LandbridgeError TYPE_UNKNOWN (exit 2) */
export const draftColumn = (surroundings: Surroundings, found: Found): ColumnDraft => {
  const { config, findings } = surroundings;
  const { table, column, wish } = found;
  const where = `${table.name}.${column.name}`;
  const target = wish?.target ?? nameColumn(column.name, config.names ?? "preserve", where, findings);
  const empties = wish?.empty === "null" ? found.profile.emptyTexts : 0;
  const profile = empties === 0 ? found.profile : emptiedProfile(found.profile);
  if (empties > 0) noteEmptied(column, empties, where, findings);
  const draft = { column, profile, target, emptyAsNull: wish?.empty === "null", empties };
  const type = typeSaid(wish);
  return type === undefined
    ? {
        ...draft,
        fixed: false,
        choice: decided(surroundings, { ...found, profile }, `${found.target}_${target}`, where),
      }
    : { ...draft, fixed: true, choice: named(surroundings, profile, { ...wish, type }, where) };
};

/** Who says what a column's clock or its numbers mean says that they are moments. */
const typeSaid = (wish: ColumnConfig | undefined): string | undefined =>
  wish?.type ?? (wish?.zone === undefined && wish?.epoch === undefined ? undefined : "timestamptz");

/** @param enumName what an enum type of the column's own would be called */
const decided = (
  { config, policies, findings, capabilities }: Surroundings,
  { table, column, profile }: Found,
  enumName: string,
  where: string,
): TypeChoice => {
  const declared = asSearched(table, column, profile);
  const plain = chooseType(declared, profile, policies, enumerationOf(table, column, enumName));
  const decision = withVectors(plain, { table, column, profile, available: capabilities?.extensions ?? null });
  const choice = settle(where, decision, config.accept, findings);
  noteCollation(column, choice, where, findings);
  return choice;
};

/** The columns of a full-text table declare no type; where one holds nothing either, it is there for text. */
const asSearched = ({ module }: SourceTable, column: SourceColumn, profile: ColumnProfile): SourceColumn =>
  module?.startsWith("fts") === true && column.declaredType === "" && valueCount(profile) === 0
    ? { ...column, declaredType: "TEXT" }
    : column;

/** By the user's word, with what it costs. */
const named = (
  { config, findings }: Surroundings,
  profile: ColumnProfile,
  wish: ColumnConfig & { readonly type: string },
  where: string,
): TypeChoice => {
  const type = parseTargetType(wish.type, where, config.enums);
  const zone = zoneMinutes(wish.zone ?? config.zone, undefined);
  const isInstant = type.name === "timestamptz";
  // SQLite's own functions take what names no zone for UTC.
  const choice = overrideType(type, profile, { zone: zone ?? (isInstant ? 0 : null), epoch: wish.epoch ?? null });
  if (type.name === "enum") noteMissingLabels(type, profile, where, findings);
  if (isInstant && zone === null) noteNaive(profile, where, findings);
  return choice;
};

const noteNaive = ({ shapes }: ColumnProfile, where: string, findings: FindingList): void => {
  const naive = Object.entries(shapes.isoDateTime).reduce((sum, [key, n]) => sum + (key.endsWith("|") ? n : 0), 0);
  if (naive > 0)
    findings.add(
      "NAIVE_AS_UTC",
      "info",
      where,
      `${naive} texts name no zone; they are taken for UTC, as SQLite's own functions take them`,
      "Say `zone: +02:00` (or UTC) for the column, or for all, in landbridge.yaml.",
      naive,
    );
};

/** Keys keep their meaning by an index; every other comparison of such a column is the application's. */
const noteCollation = (column: SourceColumn, { type }: TypeChoice, where: string, findings: FindingList): void => {
  if (column.collation.toUpperCase() === "BINARY" || (type.name !== "text" && type.name !== "varchar")) return;
  findings.add(
    "COLLATION_NOT_CARRIED",
    "warning",
    where,
    `declared COLLATE ${column.collation}: SQLite compares these texts by that rule, PostgreSQL will compare them exactly`,
    "Compare them in the application's queries as SQLite did: for NOCASE with lower(…) on both sides. Unique keys keep the rule.",
  );
};

/** Records the remarks, and takes the first suggestion that the user accepts. */
const settle = (where: string, decision: TypeDecision, accept: Config["accept"], findings: FindingList): TypeChoice => {
  let choice = decision.choice;
  for (const remark of decision.remarks) {
    const taken = remark.choice !== undefined && isAccepted(accept, remark.code);
    if (taken && remark.choice) choice = { ...remark.choice, reason: `${remark.choice.reason} (suggestion accepted)` };
    findings.add(
      remark.code,
      taken ? "info" : remark.severity,
      where,
      taken ? `${remark.message}; taken as ${choice.type.name}` : remark.message,
      taken ? "Accepted by you." : remark.remedy,
      remark.count,
    );
  }
  return choice;
};

const nameColumn = (name: string, policy: NamePolicy, where: string, findings: FindingList): string => {
  const target = foldColumnName(name, policy);
  if (target !== name && (policy === "preserve" || target.endsWith("_")))
    findings.add(
      "NAME_CHANGED",
      "info",
      where,
      `PostgreSQL cannot hold this name as it is; it becomes "${target}"`,
      "Name another with `target:` in landbridge.yaml.",
    );
  return target;
};
