/** `expect`: tables that the source should have. One that is missing is a warning, one without rows is told. */

import type { Catalogue, Profile } from "../../source/model.ts";
import type { Config } from "../config.ts";
import { sameName } from "../drafts/model.ts";
import type { FindingList } from "../findings.ts";
import { nearest } from "../nearest.ts";

/** Findings for the expected tables; gives the names as the source spells them, in the order of the list. */
export const checkExpected = (
  expect: Config["expect"],
  { tables, views }: Catalogue,
  profile: Profile,
  findings: FindingList,
): readonly string[] =>
  (expect ?? []).map((name) => {
    const table = tables.find((candidate) => sameName(candidate.name, name));
    if (table !== undefined && table.kind !== "shadow") {
      if (profile.tables[table.name]?.rows === 0)
        findings.add(
          "EXPECTED_TABLE_EMPTY",
          "info",
          table.name,
          "expected, and there, but without rows: no data",
          "Nothing to do, unless it should have rows in this file.",
        );
      return table.name;
    }
    const isView = views.some((view) => sameName(view.name, name));
    const guess = nearest(
      name,
      tables.map((candidate) => candidate.name),
    );
    findings.add(
      "EXPECTED_TABLE_MISSING",
      "warning",
      name,
      isView ? "expected as a table, but it is a view" : "expected, but the source has no such table",
      guess === null || isView
        ? "Look whether this is the right file, or take the name out of `expect:`."
        : `Did you mean "${guess}"? Else look whether this is the right file, or take the name out of \`expect:\`.`,
    );
    return name;
  });
