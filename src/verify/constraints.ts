/** Whether everything that was planned around the rows is there and valid: keys, checks, foreign keys, indexes, NOT NULL. */
import type { Client } from "pg";
import type { Plan, PlanTable } from "../plan/model.ts";
import type { ConstraintKind, ConstraintProof, ConstraintsProof } from "./model.ts";
import { type FoundColumns, foundTables } from "./target-catalogue.ts";

interface Planned {
  readonly table: string;
  readonly name: string;
  readonly kind: ConstraintKind;
  /** Columns in order, where the catalogue names them; null for expressions. */
  readonly columns: readonly string[] | null;
  /** Foreign keys: the table and columns referred to. */
  readonly parent: string | null;
  readonly parentColumns: readonly string[] | null;
  readonly unique: boolean;
}

interface Found {
  readonly table: string;
  readonly name: string;
  readonly type: "p" | "u" | "c" | "f" | "i";
  readonly valid: boolean;
  readonly unique: boolean;
  readonly columns: readonly string[] | null;
  readonly parent: string | null;
  readonly parentColumns: readonly string[] | null;
}

/**
 * @param leftOut names of constraints and indexes that finish left out on purpose
 */
export const verifyConstraints = async (
  client: Client,
  plan: Plan,
  schema: string,
  leftOut: ReadonlySet<string>,
): Promise<ConstraintsProof> => {
  const found = new Map<string, Found>();
  for (const one of [...(await foundIndexes(client, schema)), ...(await foundConstraints(client, schema))])
    found.set(JSON.stringify([one.table, one.name]), one);
  const planned = plan.tables.flatMap(plannedOf);
  const proofs = planned.map((one) => judge(one, found.get(JSON.stringify([one.table, one.name])), leftOut));
  const tables = await foundTables(client, schema);
  for (const table of plan.tables) proofs.push(...notNulls(table, tables.get(table.target)));
  return {
    checked: proofs.length,
    valid: proofs.filter(({ state }) => state === "valid").length,
    others: proofs.filter(({ state }) => state !== "valid"),
  };
};

const plannedOf = (table: PlanTable): Planned[] => {
  const plain = { table: table.target, parent: null, parentColumns: null };
  return [
    ...(table.primaryKey === null
      ? []
      : [{ ...plain, ...table.primaryKey, kind: "primary key" as const, unique: true }]),
    ...table.uniques.map((key) => ({ ...plain, ...key, kind: "unique" as const, unique: true })),
    ...table.checks.map(({ name }) => ({ ...plain, name, kind: "check" as const, columns: null, unique: false })),
    ...table.indexes.map(({ name, unique }) => ({ ...plain, name, kind: "index" as const, columns: null, unique })),
    ...table.foreignKeys.map((key) => ({
      table: table.target,
      name: key.name,
      kind: "foreign key" as const,
      columns: key.columns,
      parent: key.parent,
      parentColumns: key.parentColumns,
      unique: false,
    })),
  ];
};

const TYPES: Readonly<Record<ConstraintKind, readonly Found["type"][]>> = {
  "primary key": ["p"],
  // A unique index does what a constraint does.
  unique: ["u", "i"],
  check: ["c"],
  "foreign key": ["f"],
  index: ["i"],
  "not null": [],
};

const judge = (planned: Planned, found: Found | undefined, leftOut: ReadonlySet<string>): ConstraintProof => {
  const { table, name, kind } = planned;
  const say = (state: ConstraintProof["state"], message: string | null): ConstraintProof => ({
    table,
    name,
    kind,
    state: state !== "valid" && leftOut.has(name) ? "left out" : state,
    message,
  });
  if (found === undefined) return say("missing", null);
  const mistake = mismatch(planned, found);
  if (mistake !== null) return say("invalid", mistake);
  return found.valid ? say("valid", null) : say("invalid", "it is there, but not validated over all rows");
};

const mismatch = (planned: Planned, found: Found): string | null => {
  if (!TYPES[planned.kind].includes(found.type)) return "something else has its name";
  if (planned.unique && !found.unique) return "it is not unique";
  if (planned.columns !== null && !sameNames(planned.columns, found.columns))
    return `it is over (${(found.columns ?? []).join(", ")}) instead of (${planned.columns.join(", ")})`;
  if (
    planned.parent !== null &&
    (planned.parent !== found.parent || !sameNames(planned.parentColumns, found.parentColumns))
  )
    return `it refers to ${found.parent} (${(found.parentColumns ?? []).join(", ")})`;
  return null;
};

const sameNames = (a: readonly string[] | null, b: readonly string[] | null): boolean =>
  a !== null && b !== null && a.length === b.length && a.every((name, index) => name === b[index]);

const NAMES = (relation: string, numbers: string): string =>
  `(SELECT json_agg(a.attname ORDER BY k.place) FROM unnest(${numbers}) WITH ORDINALITY AS k(number, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = ${relation} AND a.attnum = k.number)`;

const foundConstraints = async (client: Client, schema: string): Promise<Found[]> => {
  const { rows } = await client.query<Found>(
    `SELECT c.relname AS "table", o.conname AS name, o.contype AS type,
            o.convalidated AND coalesce(i.indisvalid AND i.indisready, true) AS valid, o.contype IN ('p', 'u') AS "unique",
            ${NAMES("o.conrelid", "o.conkey")} AS columns, p.relname AS parent, ${NAMES("o.confrelid", "o.confkey")} AS "parentColumns"
     FROM pg_catalog.pg_constraint o
     JOIN pg_catalog.pg_class c ON c.oid = o.conrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_catalog.pg_class p ON p.oid = o.confrelid
     LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = o.conindid AND o.contype IN ('p', 'u')
     WHERE n.nspname = $1 AND o.contype IN ('p', 'u', 'c', 'f')`,
    [schema],
  );
  return rows;
};

const foundIndexes = async (client: Client, schema: string): Promise<Found[]> => {
  const { rows } = await client.query<Found>(
    `SELECT c.relname AS "table", x.relname AS name, 'i' AS type, i.indisvalid AND i.indisready AS valid,
            i.indisunique AS "unique", ${NAMES("i.indrelid", "i.indkey::int2[]")} AS columns, NULL AS parent, NULL AS "parentColumns"
     FROM pg_catalog.pg_index i
     JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
     JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1`,
    [schema],
  );
  return rows;
};

const notNulls = (table: PlanTable, found: FoundColumns | undefined): ConstraintProof[] =>
  table.columns
    .filter(({ notNull }) => notNull)
    .map(({ target }) => ({
      table: table.target,
      name: target,
      kind: "not null",
      state: found?.get(target)?.notNull ? "valid" : "missing",
      message: null,
    }));
