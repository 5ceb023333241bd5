/** The tables of migration tools that cross like any other: the tool then takes tables that it has not made for its own. */

import { columnOf, type TableDraft } from "./drafts/model.ts";
import type { FindingList } from "./findings.ts";
import { migrationTool } from "./migration-tools.ts";

/** A finding for each, with the command that names the revision to the tool. */
export const reportRevisions = (drafts: readonly TableDraft[], findings: FindingList): void => {
  for (const draft of drafts) {
    const tool = migrationTool(draft.table.name);
    const revisions = tool === undefined ? undefined : columnOf(draft, tool.column)?.profile.distinct;
    const newest = revisions?.at(-1)?.replace(/^\w+:/, "");
    if (tool === undefined || newest === undefined) continue;
    findings.add(
      "ORM_REVISION_COPIED",
      "info",
      draft.table.name,
      "the application's own record of its migrations is copied, beside tables that Landbridge has made and not they",
      `Where the application is to own its schema, let its migrations make it and load with --into-existing; else the record stands for: ${tool.stamp(newest)}`,
    );
  }
};
