/** Which rows a sample holds: the same ones at every run, spread over the whole table. */
import type Database from "better-sqlite3";
import type { PlanTable } from "../plan/model.ts";
import { quoteSqlite } from "../source/quote.ts";

const RANGES = 20;
const ROWS_PER_RANGE = 250;

/** Key ranges (both ends included) that hold about five thousand rows of an integer-keyed table. */
export const sampleRanges = (db: Database.Database, { source, read }: PlanTable): (readonly [bigint, bigint])[] => {
  if (read.by === "scan") return [];
  const key = read.by === "rowid" ? read.name : quoteSqlite(read.column);
  const from = quoteSqlite(source);
  const bigints = (sql: string) => db.prepare<unknown[], (bigint | null)[]>(sql).raw(true).safeIntegers(true);
  const [first, last] = bigints(`SELECT (SELECT min(${key}) FROM ${from}), (SELECT max(${key}) FROM ${from})`).get()!;
  if (typeof first !== "bigint" || typeof last !== "bigint") return [];
  const block = bigints(
    `SELECT min(k), max(k) FROM (SELECT ${key} AS k FROM ${from} WHERE ${key} >= ? ORDER BY ${key} LIMIT ${ROWS_PER_RANGE})`,
  );
  const ranges: (readonly [bigint, bigint])[] = [];
  let after = first;
  for (let number = 0n; number < RANGES; number++) {
    const wanted = first + ((last - first) * number) / BigInt(RANGES - 1);
    const [begin, end] = block.get(wanted > after ? wanted : after)!;
    if (typeof begin !== "bigint" || typeof end !== "bigint") break;
    ranges.push([begin, end]);
    after = end + 1n;
  }
  return ranges;
};
