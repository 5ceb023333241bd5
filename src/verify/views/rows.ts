/**
 * A view's rows from both sides as canonical rows. Order says nothing here: rows are compared as a multiset, each by what its columns
 * have in common on both sides.
 */
import { setImmediate } from "node:timers/promises";
import type { Client } from "pg";
import type { Plan, PlanColumn, PlanView } from "../../plan/model.ts";
import { quoteSqlite } from "../../source/quote.ts";
import { qualified, quoteIdentifier } from "../../target/quote.ts";
import type { Layout } from "../layout.ts";
import { RowBuffer } from "../row-buffer.ts";
import { sourceWriter } from "../source-values/compile.ts";
import { readTarget } from "../target-stream.ts";
import { MOST_ROWS_OF_A_VIEW } from "./model.ts";
import type { SourceConnections } from "./source.ts";

/** A view's columns as those of a table that nothing else is known of. */
export const layoutOfView = ({ columns, results }: PlanView): Layout => ({
  columns: results.map(({ type, form, approximate }, at): PlanColumn => {
    const name = columns[at] ?? "";
    return {
      source: name,
      target: name,
      declared: "",
      type: approximate ? { name: "double precision" } : type,
      form: approximate ? { kind: "real" } : form,
      notNull: false,
      default: null,
      identity: null,
      generated: null,
      numbersAreSafe: false,
      reason: "",
    };
  }),
  keyCount: 0,
  how: "buckets",
});

export type TakeRows = (rows: RowBuffer) => void;

const ROWS_AT_ONCE = 500;

/** SQLite's rows, one more than are compared at most; gives their number. */
export const readSourceView = async (
  db: SourceConnections,
  { plan, view }: { readonly plan: Plan; readonly view: PlanView },
  take: TakeRows,
  signal: AbortSignal | undefined,
): Promise<number> => {
  const writers = layoutOfView(view).columns.map((column) => sourceWriter(column, plan.policies, plan.source.encoding));
  const rows = new RowBuffer();
  let read = 0;
  for (const row of db.rows(`SELECT * FROM ${quoteSqlite(view.source)} LIMIT ${MOST_ROWS_OF_A_VIEW + 1}`)) {
    rows.starts.push(rows.length);
    writers.forEach((write, at) => void write(row[at]!, rows));
    rows.keyEnds.push(rows.length);
    if (++read % ROWS_AT_ONCE !== 0) continue;
    take(rows);
    rows.clear();
    signal?.throwIfAborted();
    await setImmediate();
  }
  take(rows);
  return read;
};

/** The same of PostgreSQL's. */
export const readTargetView = (
  client: Client,
  { view, schema }: { readonly view: PlanView; readonly schema: string },
  take: TakeRows,
  signal: AbortSignal | undefined,
): Promise<number> => {
  const list = view.results.map(({ approximate }, at) => {
    const name = quoteIdentifier(view.columns[at]!);
    return approximate ? `${name}::double precision AS ${name}` : name;
  });
  const relation = `(SELECT ${list.join(", ")} FROM ${qualified(schema, view.target)} LIMIT ${MOST_ROWS_OF_A_VIEW + 1}) AS compared`;
  return readTarget({ client, relation, layout: layoutOfView(view), signal }, take);
};
