/** `tables.<t>.partition`: the table is made partitioned, and its keys get what PostgreSQL asks of keys over partitions. */
import { refusal, usageError } from "../../errors.ts";
import { quoteIdentifier, quoteLiteral } from "../../target/quote.ts";
import type { Config, PartitionConfig } from "../config.ts";
import { columnOf, type TableDraft } from "../drafts/model.ts";
import { entryOf } from "../drafts/tables.ts";
import type { FindingList } from "../findings.ts";
import type { PlanPartitioning, PlanTable } from "../model.ts";
import type { Namespace } from "../names.ts";
import { columnNamed } from "./columns-named.ts";
import { dropForeignKeysTo, widenKeys } from "./partition-keys.ts";
import { MOST_PARTITIONS, spansOf, type TextRange } from "./partition-spans.ts";

export interface PartitionContext {
  readonly drafts: readonly TableDraft[];
  readonly config: Config;
  /** By source table: the least and greatest date in the column that its rows are to be spread by. */
  readonly ranges: ReadonlyMap<string, TextRange | null>;
  readonly names: Namespace;
  readonly findings: FindingList;
}

/**
 * The tables with those that the user wants partitioned.
 * @throws LandbridgeError (exit 2) CONFIG_UNKNOWN_NAME, PARTITION_DOES_NOT_FIT
 */
export const partitionTables = (tables: readonly PlanTable[], context: PartitionContext): readonly PlanTable[] => {
  const { drafts, config, findings } = context;
  const done = tables.map((table) => {
    const wish = entryOf(config.tables, table.source)?.partition;
    const draft = drafts.find((candidate) => candidate.table.name === table.source);
    return wish === undefined || draft === undefined ? table : partitioned(table, draft, wish, context);
  });
  return dropForeignKeysTo(done, findings);
};

const partitioned = (
  table: PlanTable,
  draft: TableDraft,
  wish: PartitionConfig,
  context: PartitionContext,
): PlanTable => {
  const columns = wish.columns.map((name) => targetOf(table, draft, name));
  const parts = { list: listPartitions, range: rangePartitions, hash: hashPartitions }[wish.by];
  const partitioning: PlanPartitioning = {
    by: `${wish.by.toUpperCase()} (${columns.map(quoteIdentifier).join(", ")})`,
    partitions: parts(wish as never, { ...context, table, draft }),
  };
  context.findings.add(
    "TABLE_PARTITIONED",
    "info",
    table.source,
    `made partitioned by ${partitioning.by}, as landbridge.yaml says: ${describe(partitioning.partitions)}`,
    "Nothing to do. Rows that fit no other partition go to the default one; later partitions are the application's to make.",
    partitioning.partitions.length,
  );
  return { ...widenKeys(table, columns, draft, context.findings), partitioning };
};

const describe = (partitions: PlanPartitioning["partitions"]): string => {
  const [first, last] = [partitions[0]!.name, partitions.at(-1)!.name];
  return partitions.length === 1 ? `one partition, ${first}` : `${partitions.length} partitions, ${first} … ${last}`;
};

const targetOf = (table: PlanTable, draft: TableDraft, name: string): string => {
  const { target, added } = columnNamed(draft, table.added, name, `tables.${table.source}.partition`);
  const generated = added?.generated ?? table.columns.find((column) => column.target === target)?.generated ?? null;
  if (generated === null) return target;
  throw doesNotFit(table.source, `${name} is a generated column, by which PostgreSQL partitions no table`);
};

interface Place extends PartitionContext {
  readonly table: PlanTable;
  readonly draft: TableDraft;
}

type Of<By extends PartitionConfig["by"]> = Extract<PartitionConfig, { by: By }>;
type Partitions = PlanPartitioning["partitions"];

const hashPartitions = (wish: Of<"hash">, { table, names }: Place): Partitions =>
  Array.from({ length: wish.partitions }, (_, remainder) => ({
    name: names.claim(`${table.target}_p${remainder}`),
    bounds: `FOR VALUES WITH (MODULUS ${wish.partitions}, REMAINDER ${remainder})`,
  }));

const listPartitions = (wish: Of<"list">, place: Place): Partitions => [
  ...Object.entries(wish.partitions).map(([name, values]) => ({
    name: own(name, place),
    // Constants in quotes become whatever type the column has.
    bounds: `FOR VALUES IN (${values.map((value) => quoteLiteral(String(value))).join(", ")})`,
  })),
  rest(place),
];

const rangePartitions = (wish: Of<"range">, place: Place): Partitions => {
  const { table, draft, ranges } = place;
  if (wish.partitions !== undefined)
    return [
      ...Object.entries(wish.partitions).map(([name, { from, to }]) => ({
        name: own(name, place),
        bounds: `FOR VALUES FROM (${from}) TO (${to})`,
      })),
      rest(place),
    ];
  const [name = ""] = wish.columns;
  const column = columnOf(draft, name);
  if (column === undefined || wish.every === undefined)
    throw doesNotFit(table.source, `"${name}" is an added column, whose range is not known before the rows are in`);
  const spans = spansOf(column, wish.every, ranges.get(table.source) ?? null);
  if ("problem" in spans) throw doesNotFit(table.source, `${name}: ${spans.problem}`);
  return [
    ...spans.map(({ suffix, from, to }) => ({
      name: place.names.claim(`${table.target}_${suffix}`),
      bounds: `FOR VALUES FROM (${quoteLiteral(from)}) TO (${quoteLiteral(to)})`,
    })),
    rest(place),
  ];
};

const rest = ({ names, table }: Place): Partitions[number] => ({
  name: names.claim(`${table.target}_default`),
  bounds: "DEFAULT",
});

const own = (wanted: string, { names, table }: Place): string => {
  const name = names.claim(wanted);
  if (name === wanted) return name;
  throw refusal({
    code: "NAMES_COLLIDE",
    message: `partition ${wanted} of "${table.source}": the schema has a table, view or index of that name already.`,
    remedy: "Give the partition another name in landbridge.yaml.",
  });
};

const doesNotFit = (table: string, problem: string) =>
  usageError({
    code: "PARTITION_DOES_NOT_FIT",
    message: `${table}: ${problem}.`,
    remedy: `Choose another column, or give \`partitions:\` by name with their bounds in landbridge.yaml (at most ${MOST_PARTITIONS}).`,
  });
