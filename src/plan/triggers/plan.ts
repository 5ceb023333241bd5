/**
 * Triggers of the plan. None is translated in silence: what has an equal is a suggestion, with the PL/pgSQL shown; everything else is
 * a finding with the original and a skeleton to finish by hand.
 */
import { usageError } from "../../errors.ts";
import { fold } from "../../source/fold.ts";
import type { Catalogue, SourceTrigger } from "../../source/model.ts";
import type { Config } from "../config.ts";
import { sameName, scopeColumns, type TableDraft } from "../drafts.ts";
import type { FindingList } from "../findings.ts";
import type { PlanTable, PlanTrigger, PlanView } from "../model.ts";
import { foldName, type NamePolicy, Namespace } from "../names.ts";
import { nearest } from "../nearest.ts";
import { attempt } from "../translate/untranslatable.ts";
import { type Relation, translateView } from "../translate/view.ts";
import type { Trigger } from "./ast.ts";
import { sketchTrigger } from "./ddl.ts";
import { Firing } from "./firing.ts";
import { parseTrigger } from "./parse.ts";
import type { Known } from "./scope.ts";
import { type Translated, translateTrigger } from "./translate.ts";

export interface TriggerInput {
  readonly catalogue: Catalogue;
  readonly drafts: readonly TableDraft[];
  readonly tables: readonly PlanTable[];
  readonly views: readonly PlanView[];
  readonly config: Pick<Config, "accept" | "triggers" | "names">;
  readonly findings: FindingList;
}

/**
 * The triggers that the user accepts.
 * @throws LandbridgeError CONFIG_UNKNOWN_NAME for a trigger that the source does not have
 */
export const planTriggers = (input: TriggerInput): readonly PlanTrigger[] => {
  const { catalogue, config, findings } = input;
  const wishes = config.triggers ?? {};
  refuseUnknown(Object.keys(wishes), catalogue.triggers);
  const read = catalogue.triggers.map((source) => ({ source, parsed: attempt(() => parseTrigger(source.sql)) }));
  const known = knownRelations(input);
  const firing = new Firing(
    read.flatMap(({ parsed }) => (parsed.ok ? [parsed.value] : [])),
    catalogue,
  );
  const names = new Names(config.names ?? "preserve");
  return read.flatMap(({ source, parsed }) => {
    const wish = Object.entries(wishes).find(([name]) => sameName(name, source.name))?.[1];
    const place = `trigger ${source.name} on ${source.table}`;
    if (wish === "skip") {
      findings.add("TRIGGER_SKIPPED", "info", place, "left out by landbridge.yaml", "Nothing to do.");
      return [];
    }
    if (!parsed.ok) return reportUnread(source, parsed.reason, place, findings);
    const translated = translateTrigger(parsed.value, known, firing);
    const planned: PlanTrigger = {
      ...names.of(source, targetOf(source, known)),
      ...translated.shape,
    };
    if (translated.reasons.length > 0) return reportRefused(source, translated, planned, place, findings);
    const accepted =
      wish === "translate" ||
      config.accept === "suggestions" ||
      config.accept?.includes("TRIGGER_TRANSLATABLE") === true;
    reportTranslated(
      planned,
      [...translated.notes, ...orderNotes(parsed.value, planned, firing)],
      accepted,
      place,
      findings,
    );
    return accepted ? [planned] : [];
  });
};

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

/** Trigger names are one namespace a table, their functions' names one a schema. */
class Names {
  readonly #functions = new Namespace();
  readonly #byTable = new Map<string, Namespace>();
  readonly #policy: NamePolicy;

  constructor(policy: NamePolicy) {
    this.#policy = policy;
  }

  of(source: SourceTrigger, table: string): Pick<PlanTrigger, "source" | "name" | "function" | "table"> {
    const wanted = foldName(source.name, this.#policy);
    const ofTable = this.#byTable.get(table) ?? new Namespace();
    this.#byTable.set(table, ofTable);
    return { source: source.name, name: ofTable.claim(wanted), function: this.#functions.claim(wanted), table };
  }
}

const targetOf = ({ table }: SourceTrigger, { tables, views }: Known): string =>
  tables.get(fold(table))?.plan.target ?? views.get(fold(table))?.target ?? table;

/** What has crossed. Views are translated once more, because the plan does not keep their columns' types. */
const knownRelations = ({ catalogue, drafts, tables, views }: TriggerInput): Known => {
  const known = new Map(
    drafts.flatMap((draft) => {
      const plan = tables.find(({ source }) => source === draft.table.name);
      const relation: Relation = { target: draft.target, columns: scopeColumns(draft) };
      return plan === undefined ? [] : [[fold(draft.table.name), { source: draft.table, plan, relation }] as const];
    }),
  );
  const relations = new Map<string, Relation>();
  for (const { source, target } of views) {
    const view = catalogue.views.find(({ name }) => name === source);
    const resolve = (name: string): Relation | null =>
      known.get(fold(name))?.relation ?? relations.get(fold(name)) ?? null;
    const translated = view === undefined ? null : translateView(view, resolve);
    if (translated?.ok) relations.set(fold(source), { target, columns: translated.columnTypes });
  }
  return { tables: known, views: relations };
};

/** SQLite promises no order among the triggers of one event; PostgreSQL goes by their names. */
const orderNotes = (trigger: Trigger, planned: PlanTrigger, firing: Firing): readonly string[] => {
  if (planned.timing !== trigger.timing) return [];
  const others = firing.besides(trigger).filter(({ timing }) => timing === trigger.timing);
  return others.length === 0
    ? []
    : [
        `PostgreSQL runs it and ${others.map(({ name }) => name).join(", ")} in the order of their names; SQLite promises none`,
      ];
};

const reportTranslated = (
  planned: PlanTrigger,
  notes: readonly string[],
  accepted: boolean,
  place: string,
  findings: FindingList,
): void => {
  const said = notes.map((note) => ` Mind: ${note}.`).join("");
  findings.add(
    "TRIGGER_TRANSLATABLE",
    accepted ? "info" : "suggestion",
    place,
    `${accepted ? "translated to PL/pgSQL." : "has an equal in PL/pgSQL, which is not made by itself."}${said}\n${sketchTrigger(planned)};`,
    accepted
      ? "Accepted by you."
      : "Take them with --accept suggestions, `accept: [TRIGGER_TRANSLATABLE]` or, each by its name, `triggers: { name: translate }` in landbridge.yaml; `skip` leaves one out knowingly.",
  );
};

const reportUnread = (source: SourceTrigger, reason: string, place: string, findings: FindingList): [] => {
  findings.add(
    "TRIGGER_NOT_TRANSLATED",
    "warning",
    place,
    `${reason}; it was: ${source.sql}`,
    "Rewrite it in PL/pgSQL if the application relies on it.",
  );
  return [];
};

const reportRefused = (
  source: SourceTrigger,
  { reasons }: Translated,
  planned: PlanTrigger,
  place: string,
  findings: FindingList,
): [] => {
  findings.add(
    "TRIGGER_NOT_TRANSLATED",
    "warning",
    place,
    `${[...new Set(reasons)].join("; ")}; it was: ${source.sql}`,
    `If the application relies on it, finish this by hand:\n${skeleton(reasons, planned)}`,
  );
  return [];
};

/** The trigger as far as it is understood: what is not stands in it as a comment, and why at its head. */
const skeleton = (reasons: readonly string[], planned: PlanTrigger): string =>
  [...[...new Set(reasons)].map((reason) => `-- to settle: ${reason}`), `${sketchTrigger(planned)};`].join("\n");
