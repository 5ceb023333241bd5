/** Plans the way back: by the plan of the load that stands in the schema, and by the catalogue for whatever has come since. */
import type { Client } from "pg";
import { refusal } from "../errors.ts";
import type { FindingList } from "../plan/findings.ts";
import { PLAN_VERSION, type Plan } from "../plan/model.ts";
import { ledgerExists } from "../target/ledger.ts";
import { currentRuns, type LedgerRun, readStoredPlan } from "../target/runs.ts";
import { VERSION } from "../version.ts";
import { distinctNames } from "./catalogue/columns.ts";
import { type CatalogueTable, readCatalogueTables, readOtherObjects } from "./catalogue/read.ts";
import { newTable } from "./catalogue/table.ts";
import type { BackPlan, BackTable } from "./model.ts";
import { plannedTable } from "./planned-table.ts";

/** A load that is finished: from these phases on its rows are all there. */
const FINISHED: readonly string[] = ["done", "failed", "sync", "cutover"];

export interface Asked {
  readonly schema: string;
  /** Which source's tables, where several were loaded into the schema: the name of its file. */
  readonly of: string | null;
}

/**
 * Reads the ledger and the catalogue, in the transaction that the caller has begun.
 * @throws LandbridgeError LOAD_UNFINISHED, NOTHING_LOADED, SOURCE_OF_SEVERAL (refused)
 */
export const planBack = async (client: Client, { schema, of }: Asked, findings: FindingList): Promise<BackPlan> => {
  const runs = await standingRuns(client, schema);
  const run = chosenRun(runs, schema, of);
  const stored = run === null ? null : await readStoredPlan(client, run.id);
  const found = new Map(await readCatalogueTables(client, schema));
  for (const other of runs)
    if (other !== run) for (const { target } of (await readStoredPlan(client, other.id)).tables) found.delete(target);
  if (found.size === 0) throw nothingThere(schema);
  const planned = (stored?.tables ?? []).flatMap((table): BackTable[] => {
    const there = found.get(table.target);
    if (there !== undefined) return [plannedTable(table, there, schema, findings)];
    findings.add(
      "REVERSE_TABLE_MISSING",
      "error",
      table.source,
      `the load made table "${table.target}" of it, which is no longer there: it stays empty in the file`,
      "Restore the table in PostgreSQL where its rows are wanted, and run reverse again.",
    );
    return [];
  });
  const fresh = newTables(stored, found, schema, findings);
  await tellOfOthers(client, schema, stored, findings);
  const tables = [...planned, ...fresh];
  return { run, schema, tables, plan: combined(stored, schema, tables) };
};

/** The newest finished load of each source in the schema. */
const standingRuns = async (client: Client, schema: string): Promise<LedgerRun[]> => {
  const runs = (await ledgerExists(client)) ? await currentRuns(client, schema) : [];
  const standing = runs.filter(({ loadSchema }) => loadSchema === schema);
  return [...Map.groupBy(standing, ({ sourceName }) => sourceName).values()].map((ofSource) => {
    const finished = ofSource.find(({ phase }) => FINISHED.includes(phase));
    if (finished !== undefined) return finished;
    const half = ofSource[0]!;
    throw refusal({
      code: "LOAD_UNFINISHED",
      message: `Run ${half.id} has not finished loading ${half.sourceName} into schema "${schema}" (phase ${half.phase}): what is there is not the whole source.`,
      remedy: "Finish it with `npm run migrate -- SOURCE --resume`, or go back to the SQLite file itself.",
    });
  });
};

const chosenRun = (runs: readonly LedgerRun[], schema: string, of: string | null): LedgerRun | null => {
  const named = of === null ? runs : runs.filter(({ sourceName }) => sourceName === of);
  if (named.length > 1 || (of !== null && named.length === 0))
    throw refusal({
      code: "SOURCE_OF_SEVERAL",
      message:
        of === null
          ? `Several SQLite files were loaded into schema "${schema}": ${runs.map(({ sourceName }) => sourceName).join(", ")}.`
          : `No file of the name ${of} was loaded into schema "${schema}".`,
      remedy: `Say which one is to be made again: --of ${runs[0]?.sourceName ?? "NAME"}`,
    });
  return named[0] ?? null;
};

const nothingThere = (schema: string) =>
  refusal({
    code: "NOTHING_LOADED",
    message: `There is no table in schema "${schema}" of this target.`,
    remedy: "Name the schema with --schema, or another database with --target.",
  });

/** Tables that the plan does not know: made since the load, or all of them where there was none. */
const newTables = (
  stored: Plan | null,
  found: ReadonlyMap<string, CatalogueTable>,
  schema: string,
  findings: FindingList,
): BackTable[] => {
  const known = new Map(stored?.tables.map(({ source, target }) => [target, source]));
  const others = [...found.values()].filter(({ name }) => !known.has(name));
  const taken = [...known.values(), ...(stored?.sourceSchema?.objects ?? []).map(({ name }) => name)];
  const names = new Map([
    ...known,
    ...distinctNames(
      others.map(({ name }) => name),
      taken,
    ),
  ]);
  if (stored !== null)
    for (const { name } of others)
      findings.add(
        "REVERSE_TABLE_ADDED",
        "info",
        names.get(name) ?? name,
        "made in PostgreSQL after the load: its columns have SQLite's nearest types",
        "Nothing, if the application expects it; drop it from the file otherwise.",
      );
  for (const { name } of others)
    if (names.get(name) !== name)
      findings.add(
        "REVERSE_NAME_CHANGED",
        "warning",
        names.get(name) ?? name,
        `the table "${name}" of PostgreSQL: SQLite does not take that name beside the others, or keeps it for itself`,
        "Name it in the application as it stands in the file, or rename it in PostgreSQL first.",
      );
  return others.map((table) => newTable(table, schema, names, findings));
};

/** Views and triggers of the target's own: those of the original file come back by its own words. */
const tellOfOthers = async (
  client: Client,
  schema: string,
  stored: Plan | null,
  findings: FindingList,
): Promise<void> => {
  const ours = new Set(stored?.views.map(({ target }) => `view ${target}`));
  const others = (await readOtherObjects(client, schema)).filter((name) => !ours.has(name));
  if (others.length === 0) return;
  findings.add(
    "REVERSE_OBJECT_LEFT",
    stored === null ? "warning" : "info",
    schema,
    `not translated back: ${others.slice(0, 10).join(", ")}${others.length > 10 ? ` and ${others.length - 10} more` : ""}`,
    "Write them in SQLite's words where the application relies on them; the original file's own are restored.",
    others.length,
  );
};

/** What is reported and proven: never the stored plan's own findings, which were about the way there. */
const combined = (stored: Plan | null, schema: string, tables: readonly BackTable[]): Plan => ({
  ...(stored ?? {
    version: PLAN_VERSION,
    landbridge: VERSION,
    source: { sha256: "", bytes: 0, encoding: "UTF-8" },
    policies: { nul: "reject", invalidText: "reject", invalidJson: "text", orphans: "keep" },
    extensions: [],
    enums: [],
    triggers: [],
  }),
  schema,
  tables: tables.map(({ planned }) => planned),
  views: [],
  skipped: [],
  findings: [],
});
