/** Step 2 of a row's story: what every column really holds. Each table is read once; nothing is written. */
import type { Database } from "better-sqlite3";
import type { Emit } from "../events.ts";
import type { Catalogue, Profile, TableProfile } from "./model.ts";
import { surveyTables, type TableSurvey } from "./profile/survey.ts";
import { profileTable } from "./profile/table.ts";

export { profileTable } from "./profile/table.ts";

/** A step of progress is worth an event when it is this part of the whole. */
const PARTS = 200;

/** Tells progress by bytes: rows count as their share of the table's payload, which is known before they are read. */
const progressOf = (emit: Emit, total: number) => {
  let finished = 0;
  let told = 0;
  let rows = 0;
  return {
    tableReader: (table: string, { payload, cells }: TableSurvey) => {
      let read = 0;
      return (count: number): void => {
        read += count;
        rows += count;
        const done = Math.min(total, Math.floor(finished + (payload * Math.min(read, cells)) / Math.max(1, cells)));
        if (done - told < total / PARTS) return;
        told = done;
        emit({ kind: "progress", step: "profile", done, total, unit: "bytes", rows, at: table });
      };
    },
    tableDone: ({ payload }: TableSurvey): void => {
      finished += payload;
    },
    done: (): void => emit({ kind: "progress", step: "profile", done: total, total, unit: "bytes", rows }),
  };
};

const NOTHING: TableSurvey = { cells: 0, payload: 0, maxPayload: 0 };

/**
 * Profiles the ordinary tables of a snapshot (virtual and shadow tables are not data). `db` must be open on a file that
 * nobody writes. Progress is emitted by bytes; rejects with the signal's reason when it is aborted.
 */
export const profileSource = async (
  db: Database,
  catalogue: Catalogue,
  { emit, signal }: { readonly emit: Emit; readonly signal?: AbortSignal | undefined },
): Promise<Profile> => {
  const surveys = surveyTables(db);
  const ordinary = catalogue.tables.filter(({ kind }) => kind === "table");
  // A full-text table has no pages of its own: what it holds lies in its content table.
  const surveyOf = (name: string): TableSurvey => surveys.get(name) ?? surveys.get(`${name}_content`) ?? NOTHING;
  const total = ordinary.reduce((sum, { name }) => sum + surveyOf(name).payload, 0);
  const progress = progressOf(emit, total);
  const tables: [string, TableProfile][] = [];
  for (const table of ordinary) {
    const survey = surveyOf(table.name);
    const onRows = progress.tableReader(table.name, survey);
    tables.push([table.name, await profileTable(db, table, catalogue.encoding, { signal, onRows, survey })]);
    progress.tableDone(survey);
  }
  progress.done();
  return { tables: Object.fromEntries(tables) };
};
