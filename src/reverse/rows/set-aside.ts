/** Keeps the rows that SQLite cannot hold as they are: whole, in a table of the new file that is there for them alone. */
import type { Database } from "better-sqlite3";
import type { Client } from "pg";
import type { FindingList } from "../../plan/findings.ts";
import type { RejectedRow } from "../../report/model.ts";
import { quoteIdentifier } from "../../target/quote.ts";
import type { FittedTable } from "../file/fit.ts";
import type { SetAside } from "../model.ts";

const creation = (name: string): string => `CREATE TABLE ${name} (
  id INTEGER PRIMARY KEY, source_table TEXT NOT NULL, source_key TEXT, column_name TEXT,
  code TEXT NOT NULL, message TEXT NOT NULL, original TEXT NOT NULL)`;

/** Makes the table where it is not there yet; under another name where the application has one of that name. */
const rejectsTable = (db: Database): string => {
  const find = db.prepare<[string], { sql: string }>("SELECT sql FROM sqlite_schema WHERE name = ? COLLATE NOCASE");
  for (let at = 1; ; at++) {
    const name = at === 1 ? "landbridge_rejects" : `landbridge_rejects_${at}`;
    const there = find.get(name);
    if (there === undefined) db.exec(creation(name));
    if (there === undefined || there.sql === creation(name)) return name;
  }
};

/** Rows fetched at a time: each may be large. */
const PAGE = 200;

/** Fetches each row as JSON from the server, in the transaction that it was read in, and writes it. */
export const keepSetAside = async (
  client: Client,
  db: Database,
  table: FittedTable,
  setAside: readonly SetAside[],
  findings: FindingList,
): Promise<RejectedRow[]> => {
  if (setAside.length === 0) return [];
  const rejects = rejectsTable(db);
  const insert = db.prepare(
    `INSERT INTO ${rejects} (source_table, source_key, column_name, code, message, original) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const source = table.planned.source;
  const listed: RejectedRow[] = [];
  for (let at = 0; at < setAside.length; at += PAGE) {
    const page = setAside.slice(at, at + PAGE);
    const rows = await originals(client, table, page);
    for (const { place, column, code, message } of page) {
      const { key, original } = rows.get(place.join(" ")) ?? { key: null, original: "{}" };
      insert.run(source, key, column, code, message, original);
      listed.push({ table: source, key: key === null ? null : (JSON.parse(key) as unknown), column, code, message });
    }
  }
  tell(source, setAside, listed, rejects, findings);
  return listed;
};

const tell = (
  source: string,
  setAside: readonly SetAside[],
  listed: readonly RejectedRow[],
  rejects: string,
  findings: FindingList,
): void => {
  const kinds = Map.groupBy(setAside.keys(), (at) => `${setAside[at]!.column ?? ""}\n${setAside[at]!.message}`);
  for (const places of kinds.values()) {
    const { column, message } = setAside[places[0]!]!;
    findings.add(
      "REVERSE_ROW_SET_ASIDE",
      "error",
      column === null ? source : `${source}.${column}`,
      `${message}; for example the row ${JSON.stringify(listed[places[0]!]?.key ?? null)}`,
      `Whole, as JSON, in the table ${rejects} of the file. Correct the rows in PostgreSQL and run reverse again, or bring them in by hand.`,
      places.length,
    );
  }
};

interface Original {
  readonly key: string | null;
  readonly original: string;
}

const originals = async (
  client: Client,
  { relation, planned }: FittedTable,
  page: readonly SetAside[],
): Promise<ReadonlyMap<string, Original>> => {
  const keys = (planned.primaryKey?.columns ?? []).filter((name) =>
    planned.columns.some(({ target }) => target === name),
  );
  const key = keys.map((name) => `'${name.replaceAll("'", "''")}', t.${quoteIdentifier(name)}`);
  // t.*, not t: a column may be called so.
  const { rows } = await client.query<Original & { oid: string; ctid: string }>(
    `SELECT t.tableoid::text AS oid, t.ctid::text AS ctid, to_json(t.*)::text AS original,
       ${key.length === 0 ? "NULL" : `json_build_object(${key.join(", ")})::text`} AS key
     FROM ${relation} AS t JOIN unnest($1::oid[], $2::tid[]) AS p(o, c) ON t.tableoid = p.o AND t.ctid = p.c`,
    [page.map(({ place: [oid] }) => oid), page.map(({ place: [, ctid] }) => ctid)],
  );
  return new Map(rows.map(({ oid, ctid, ...row }) => [`${oid} ${ctid}`, row]));
};
