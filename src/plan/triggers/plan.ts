/**
 * Triggers of the plan. None is translated in silence: what has an equal is a suggestion, with the PL/pgSQL shown; everything else is
 * a finding with the original and a skeleton to finish by hand.
 */
import { usageError } from "../../errors.ts";
import type { SourceTrigger } from "../../source/model.ts";
import { isAccepted } from "../accept.ts";
import type { Config } from "../config.ts";
import { sameName } from "../drafts/model.ts";
import type { FindingList } from "../findings.ts";
import type { PlanTrigger } from "../model.ts";
import { nearest } from "../nearest.ts";
import { attempt } from "../translate/untranslatable.ts";
import type { Trigger } from "./ast.ts";
import { reportRefused, reportReplaced, reportTranslated, reportUnread } from "./findings.ts";
import { Firing } from "./firing.ts";
import { type Crossed, knownRelations, Names, targetOf } from "./known.ts";
import { parseTrigger } from "./parse.ts";
import { replacedSearches, withoutSearch } from "./search.ts";
import { translateTrigger } from "./translate.ts";

export interface TriggerInput extends Crossed {
  readonly config: Pick<Config, "accept" | "triggers" | "names">;
  readonly findings: FindingList;
}

/**
 * The triggers that the user accepts.
 * @throws LandbridgeError CONFIG_UNKNOWN_NAME for a trigger that the source does not have
 */
export const planTriggers = (input: TriggerInput): readonly PlanTrigger[] => {
  const { catalogue, config, findings, tables } = input;
  const wishes = config.triggers ?? {};
  refuseUnknown(Object.keys(wishes), catalogue.triggers);
  const replaced = replacedSearches(tables);
  const read = catalogue.triggers.map((source) => ({
    source,
    parsed: attempt(() => withoutSearch(parseTrigger(source.sql), replaced)),
  }));
  const known = knownRelations(input);
  const kept = read.flatMap(({ parsed }) => (parsed.ok && parsed.value.trigger !== null ? [parsed.value.trigger] : []));
  const firing = new Firing(kept, catalogue);
  const names = new Names(config.names ?? "preserve", tables);
  return read.flatMap(({ source, parsed }) => {
    const wish = Object.entries(wishes).find(([name]) => sameName(name, source.name))?.[1];
    const place = `trigger ${source.name} on ${source.table}`;
    if (wish === "skip") {
      findings.add("TRIGGER_SKIPPED", "info", place, "left out by landbridge.yaml", "Nothing to do.");
      return [];
    }
    if (!parsed.ok) return reportUnread(source, parsed.reason, place, findings);
    const { trigger, dropped } = parsed.value;
    if (trigger === null) return reportReplaced(dropped, place, findings);
    const translated = translateTrigger(trigger, known, firing);
    const planned: PlanTrigger = {
      ...names.of(source, targetOf(source, known), translated.comesFirst),
      ...translated.shape,
    };
    if (translated.reasons.length > 0) return reportRefused(source, translated, planned, place, findings);
    const accepted = wish === "translate" || isAccepted(config.accept, "TRIGGER_TRANSLATABLE");
    const notes = [...dropped.map(searchNote), ...translated.notes, ...orderNotes(trigger, planned, firing)];
    reportTranslated(planned, notes, accepted, place, findings);
    return accepted ? [planned] : [];
  });
};

const searchNote = (table: string): string => `what it writes to ${table} is left out: a search column takes its place`;

const refuseUnknown = (given: readonly string[], triggers: readonly SourceTrigger[]): void => {
  const known = triggers.map(({ name }) => name);
  for (const name of given) {
    if (known.some((candidate) => sameName(candidate, name))) continue;
    const guess = nearest(name, known);
    throw usageError({
      code: "CONFIG_UNKNOWN_NAME",
      message: `The trigger "${name}" is named by you, but the source does not have it.`,
      remedy: guess ? `Did you mean "${guess}"?` : `Known: ${known.slice(0, 20).join(", ")}.`,
    });
  }
};

/** SQLite promises no order among the triggers of one event; PostgreSQL goes by their names. */
const orderNotes = (trigger: Trigger, planned: PlanTrigger, firing: Firing): readonly string[] => {
  if (planned.timing !== trigger.timing) return [];
  const { touched } = firing.effectsOf(trigger);
  const others = firing
    .besides(trigger)
    .filter(
      (other) =>
        other.timing === trigger.timing && [...firing.effectsOf(other).touched].some((table) => touched.has(table)),
    );
  return others.length === 0
    ? []
    : [
        `PostgreSQL runs it and ${others.map(({ name }) => name).join(", ")} in the order of their names; SQLite promises none`,
      ];
};
