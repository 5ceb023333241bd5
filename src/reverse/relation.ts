/** What stands in FROM for the rows of a table, for the reading and for the proof. */
import type { PlanTable } from "../plan/model.ts";
import { qualified, quoteIdentifier, quoteLiteral } from "../target/quote.ts";
import type { BackColumn, SetAside } from "./model.ts";

/** The rows of a table with heirs are its own alone; those of a partitioned one are its partitions'. */
export const relationOf = (
  schema: string,
  { name, partitioned }: { readonly name: string; readonly partitioned: boolean },
): string => `${partitioned ? "" : "ONLY "}${qualified(schema, name)}`;

/** The same rows without those that were set aside, each column as it was read. */
export const provenRelation = (
  relation: string,
  table: PlanTable,
  columns: readonly BackColumn[],
  setAside: readonly SetAside[],
): string => {
  if (setAside.length === 0 && columns.every(({ select }) => select === null)) return relation;
  const selected = columns.map(({ column: { target }, select }) =>
    select === null ? quoteIdentifier(target) : `${select} AS ${quoteIdentifier(target)}`,
  );
  const from = `${relation} AS t`;
  const where =
    setAside.length === 0
      ? ""
      : ` WHERE NOT EXISTS (SELECT FROM ${placesOf(setAside)} WHERE o = t.tableoid AND c = t.ctid)`;
  return `(SELECT ${selected.length === 0 ? "" : selected.join(", ")} FROM ${from}${where}) AS ${quoteIdentifier(table.target)}`;
};

const placesOf = (setAside: readonly SetAside[]): string =>
  `(VALUES ${setAside.map(({ place: [oid, ctid] }) => `(${oid}::oid, ${quoteLiteral(ctid)}::tid)`).join(", ")}) AS aside(o, c)`;
