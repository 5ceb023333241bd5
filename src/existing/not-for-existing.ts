/** What landbridge.yaml says of tables that Landbridge makes itself: into an application's own tables it has no meaning, and that is told. */
import type { TableConfig } from "../plan/config.ts";
import type { Notes } from "./notes.ts";

/** Keys of a table's entry that would change its making. */
const MAKING = ["add", "indexes", "partition"] as const satisfies readonly (keyof TableConfig)[];

/** @param table its name in the source */
export const noteMeaningless = (table: string, wish: TableConfig | undefined, notes: Notes): void => {
  const said = MAKING.filter((key) => wish?.[key] !== undefined);
  if (said.length === 0) return;
  notes.add(
    "CONFIG_NOT_FOR_EXISTING",
    "warning",
    table,
    `landbridge.yaml says ${said.map((key) => `\`${key}:\``).join(" and ")}, but the application's own table stays as it is`,
    "Add the columns, indexes or partitions in the application's migrations, or load into a schema of Landbridge's own.",
    said.length,
  );
};
