/** What is said of each trigger: its equal to take, or its original with a skeleton to finish. */
import type { SourceTrigger } from "../../source/model.ts";
import type { FindingList } from "../findings.ts";
import type { PlanTrigger } from "../model.ts";
import { sketchTrigger } from "./ddl.ts";
import type { Translated } from "./translate.ts";

/** It has an equal, which the user has taken or may take. */
export const reportTranslated = (
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

/** All that it does is done by a search column. Gives no planned trigger. */
export const reportReplaced = (tables: readonly string[], place: string, findings: FindingList): [] => {
  findings.add(
    "SEARCH_TRIGGER_REPLACED",
    "info",
    place,
    `it keeps ${tables.join(" and ")} in step, in whose place a search column keeps itself`,
    "Nothing to do.",
  );
  return [];
};

/** Its SQL is not understood. Gives no planned trigger. */
export const reportUnread = (source: SourceTrigger, reason: string, place: string, findings: FindingList): [] => {
  findings.add(
    "TRIGGER_NOT_TRANSLATED",
    "warning",
    place,
    `${reason}; it was: ${source.sql}`,
    "Rewrite it in PL/pgSQL if the application relies on it.",
  );
  return [];
};

/** It is understood, and has no exact equal. Gives no planned trigger. */
export const reportRefused = (
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
