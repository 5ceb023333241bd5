/**
 * A second opinion on the conversion itself: for the types whose binary form is most easily misread, values are
 * rendered here from the source and compared with the text that the server makes of its own values.
 */
import type { PlanColumn } from "../plan/model.ts";
import { quoteSqlite } from "../source/quote.ts";
import { quoteIdentifier } from "../target/quote.ts";
import type { Differences } from "./differences.ts";
import { type Renderer, rendererOf } from "./render.ts";
import { RowQueries } from "./source-queries.ts";
import type { SourceSettings } from "./source-rows.ts";
import type { SourceValue } from "./source-values/value.ts";
import type { TableJob } from "./table.ts";

const SAMPLED_ROWS = 200;
const LEAST_KEY = -(2n ** 63n);

interface Checked {
  readonly column: PlanColumn;
  /** Position in the layout. */
  readonly at: number;
  readonly render: Renderer;
}

/** Adds what differs. Only for tables whose rows have been found equal: it doubts the comparison, not the rows. */
export const crossCheck = async (job: TableJob, whole: SourceSettings, differences: Differences): Promise<void> => {
  const settings = withoutOthers(whole);
  const checked = settings.layout.columns.flatMap((column, at): Checked[] => {
    const render = rendererOf(column);
    return render === null ? [] : [{ column, at, render }];
  });
  if (checked.length === 0) return;
  if (settings.layout.how === "ordered") await checkByKey(job, settings, checked, differences);
  else await checkByText(job, settings, checked, differences);
  // A row that was rejected or cleaned may hold the source's extreme value.
  if (settings.kept.isEmpty) await checkExtremes(job, checked, differences);
};

/** Only the columns that name a row or are checked: the sampled rows are held together, and others may hold megabytes each. */
const withoutOthers = (settings: SourceSettings): SourceSettings => {
  const { layout, kept } = settings;
  const columns = layout.columns.filter(
    (column, at) => at < layout.keyCount || kept.keys.includes(column.source) || rendererOf(column) !== null,
  );
  return { ...settings, layout: { ...layout, columns } };
};

const printed = ({ type, target }: PlanColumn): string =>
  type.name === "numeric" ? `trim_scale(${quoteIdentifier(target)})::text` : `${quoteIdentifier(target)}::text`;

/** The same rows on both sides. */
const checkByKey = async (
  { client, db, relation, table }: TableJob,
  settings: SourceSettings,
  checked: readonly Checked[],
  differences: Differences,
): Promise<void> => {
  const queries = new RowQueries(db, table, settings.layout, settings.encoding);
  const rows = new Map<string, SourceValue[]>();
  for (const row of spreadRows(queries, table.rows))
    if (!isKept(settings, queries, row, 0)) rows.set(String(queries.keyOf(row)), row);
  const keyName = settings.layout.columns[0]!.target;
  const key = quoteIdentifier(keyName);
  const found = await client.query<(string | null)[]>({
    text: `SELECT ${key}::text, ${checked.map(({ column }) => printed(column)).join(", ")}
           FROM ${relation} WHERE ${key} = ANY ($1::bigint[])`,
    values: [[...rows.keys()]],
    rowMode: "array",
  });
  for (const [name, ...texts] of found.rows) {
    const row = rows.get(name!)!;
    for (const [index, { column, at, render }] of checked.entries()) {
      const value = row[at + queries.hidden]!;
      const text = value === null ? null : render(value);
      if (text !== null && text !== texts[index])
        report(differences, `${keyName} = ${name}`, column, text, texts[index] ?? "NULL");
    }
  }
};

/** Rows at even distances of the key, from the first to the last; all of them where they are few. */
const spreadRows = (queries: RowQueries, total: number): SourceValue[][] => {
  if (total <= SAMPLED_ROWS) return queries.exactBlock({ from: LEAST_KEY, after: false, to: null }, SAMPLED_ROWS);
  const first = queries.end("first");
  const last = queries.end("last");
  if (first === null || last === null) return [];
  const found: SourceValue[][] = [];
  let from = first;
  // The last key can be the last that there is: no bound may be looked for beyond it.
  for (let number = 0n; number < SAMPLED_ROWS && from <= last; number++) {
    const even = first + ((last - first) * number) / BigInt(SAMPLED_ROWS - 1);
    if (even > from) from = even;
    const [row] = queries.exactBlock({ from, after: false, to: null }, 1);
    if (row === undefined) break;
    found.push(row);
    from = queries.keyOf(row) + 1n;
  }
  return found;
};

/** Where rows have no common order: the server must know every rendering. */
const checkByText = async (
  { client, db, relation, table }: TableJob,
  settings: SourceSettings,
  checked: readonly Checked[],
  differences: Differences,
): Promise<void> => {
  const queries = new RowQueries(db, table, settings.layout, settings.encoding);
  const rows = queries.byKey ? spreadRows(queries, table.rows) : firstRows(queries, SAMPLED_ROWS);
  const sampled = rows.filter((row, index) => !isKept(settings, queries, row, index + 1));
  for (const { column, at, render } of checked) {
    const values = sampled.map((row) => row[at + queries.hidden]!).filter((value) => value !== null);
    const texts = [...new Set(values.map(render).filter((text) => text !== null))];
    const known = await client.query<{ text: string }>(
      `SELECT DISTINCT ${printed(column)} AS text FROM ${relation} WHERE ${printed(column)} = ANY ($1::text[])`,
      [texts],
    );
    const there = new Set(known.rows.map(({ text }) => text));
    for (const text of texts)
      if (!there.has(text)) report(differences, "", column, text, "no value that the server prints so");
  }
};

const firstRows = (queries: RowQueries, most: number): SourceValue[][] => {
  const rows: SourceValue[][] = [];
  for (const row of queries.scan(true, 0)) if (rows.push(row) === most) break;
  return rows;
};

const isKept = (
  { kept, layout, table }: SourceSettings,
  queries: RowQueries,
  row: SourceValue[],
  ordinal: number,
): boolean => {
  if (kept.isEmpty) return false;
  const keys = kept.keys.map(
    (name) => row[layout.columns.findIndex(({ source }) => source === name) + queries.hidden]!,
  );
  const names = kept.identities(table.read.by === "rowid" ? queries.keyOf(row) : null, keys, ordinal);
  return kept.isRejected(names) || kept.clearedColumns(names) !== null;
};

const HAVE_EXTREMES: readonly string[] = ["numeric", "date", "time", "timestamp", "timestamptz"];

/** SQLite orders texts by their characters, and Z comes after the point: 12:00:00Z would be later than 12:00:00.5Z. */
const isOrdered = ({ form }: PlanColumn): boolean =>
  !(
    (form.kind === "iso-datetime" || form.kind === "iso-time") &&
    form.zone === "Z" &&
    typeof form.fraction === "string"
  );

/** The least and the greatest value of each column, in one scan of either side. */
const checkExtremes = async (
  { client, db, relation, table }: TableJob,
  checked: readonly Checked[],
  differences: Differences,
): Promise<void> => {
  const columns = checked.filter(({ column }) => HAVE_EXTREMES.includes(column.type.name) && isOrdered(column));
  if (columns.length === 0) return;
  const wanted = columns.flatMap(({ column }) => ["min", "max"].map((end) => `${end}(${quoteSqlite(column.source)})`));
  const sql = `SELECT ${wanted.join(", ")} FROM ${quoteSqlite(table.source)}`;
  const values = db.prepare<[], SourceValue[]>(sql).raw(true).safeIntegers(true).get()!;
  const printable = columns.flatMap(({ column }) => ["min", "max"].map((end) => extreme(end, column)));
  const found = await client.query<(string | null)[]>({
    text: `SELECT ${printable.join(", ")} FROM ${relation}`,
    rowMode: "array",
  });
  for (const [index, { column, render }] of columns.entries()) {
    const ends = [values[index * 2]!, values[index * 2 + 1]!];
    // Decimals spelled as text are ordered as text by SQLite.
    if (column.type.name === "numeric" && ends.some((value) => typeof value === "string")) continue;
    for (const [end, value] of ends.entries()) {
      const text = value === null ? null : render(value);
      const actual = found.rows[0]![index * 2 + end] ?? "NULL";
      if (text !== null && text !== actual)
        report(differences, end === 0 ? "least value" : "greatest value", column, text, actual);
    }
  }
};

const extreme = (end: string, { type, target }: PlanColumn): string => {
  const value = `${end}(${quoteIdentifier(target)})`;
  return type.name === "numeric" ? `trim_scale(${value})::text` : `${value}::text`;
};

const report = (differences: Differences, key: string, column: PlanColumn, source: string, target: string): void => {
  differences.rows++;
  differences.value(key, column, source, target);
};
