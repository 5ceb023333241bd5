/**
 * Several files in one schema share one namespace there: of tables, views, indexes, keys and types. What two of them would call
 * the same is refused with the very lines of landbridge.yaml that settle it.
 */
import { basename, extname } from "node:path";
import { type LandbridgeError, refusal } from "../errors.ts";
import { relationNames } from "./ddl/tables.ts";
import type { Plan, PlanEnum, PlanIndex, PlanTable } from "./model.ts";
import { foldName, Namespace } from "./names.ts";

/** A file's plan with the name that landbridge.yaml and the ledger know the file by. */
export interface NamedPlan {
  readonly sourceName: string;
  readonly plan: Plan;
}

/**
 * @param first who has the names · @param second who would have to be called otherwise
 * @returns null where no name is in both
 */
export const collision = (first: NamedPlan, second: NamedPlan): LandbridgeError | null => {
  const relations = shared(relationsOf(first.plan), relationsOf(second.plan));
  const functions = shared(functionsOf(first.plan), functionsOf(second.plan));
  if (relations.size === 0 && functions.size === 0) return null;
  const found = clashes(second.plan, relations, functions);
  const words = found.map(({ kind, name }) => `${kind} ${name}`);
  return refusal({
    code: "SOURCES_COLLIDE",
    message: `${first.sourceName} and ${second.sourceName} would both have in schema "${second.plan.schema}": ${listed(words)}.`,
    remedy: `Say in landbridge.yaml what those of ${second.sourceName} are called, with --config:\n${linesFor(first, second, found)}`,
  });
};

const listed = (words: readonly string[]): string =>
  words.length <= 12 ? words.join(", ") : `${words.slice(0, 12).join(", ")} and ${words.length - 12} more`;

/** Types are among them: a table's row type has the table's name. */
const relationsOf = (plan: Plan): string[] => [...relationNames(plan), ...plan.enums.map(({ name }) => name)];

const functionsOf = (plan: Plan): string[] => [
  ...plan.triggers.map((trigger) => trigger.function),
  ...plan.tables.flatMap(fillers),
];

/** Functions that fill search columns, called after their table. */
const fillers = ({ searches = [] }: PlanTable): string[] =>
  searches.flatMap(({ trigger }) => (trigger === null ? [] : [trigger.name]));

const shared = (first: readonly string[], second: readonly string[]): ReadonlySet<string> =>
  new Set(second.filter((name) => first.includes(name)));

interface Clash {
  readonly kind: "table" | "type" | "view" | "index" | "key" | "partition" | "function";
  readonly name: string;
  /** Of the table or type that it is; null where `rename` gives it another name. */
  readonly of: PlanTable | PlanEnum | null;
}

const clashes = (plan: Plan, relations: ReadonlySet<string>, functions: ReadonlySet<string>): Clash[] => [
  ...[
    ...plan.tables.flatMap((table): Clash[] => {
      const whole = relations.has(table.target);
      return whole
        ? [{ kind: "table", name: table.target, of: table }, ...named(table)]
        : [...derived(table), ...named(table)];
    }),
    ...plan.views.map(({ target }) => renamed("view", target)),
    ...plan.enums.map((type) => ({ kind: "type" as const, name: type.name, of: type })),
  ].filter(({ name }) => relations.has(name)),
  ...[...functions].filter((name) => !ofTaken(plan, relations).has(name)).map((name) => renamed("function", name)),
];

const ofTaken = ({ tables }: Plan, relations: ReadonlySet<string>): ReadonlySet<string> =>
  new Set(tables.filter(({ target }) => relations.has(target)).flatMap(fillers));

/** Indexes that have their names from SQLite. */
const named = ({ indexes }: PlanTable): Clash[] =>
  indexes.filter((index) => !isDerived(index)).map(({ name }) => renamed("index", name));

/** Names that are made of the table's: they change with it. */
const derived = ({ primaryKey, uniques, indexes, partitioning }: PlanTable): Clash[] => [
  ...[primaryKey, ...uniques].flatMap((key) => (key === null ? [] : [renamed("key", key.name)])),
  ...indexes.filter(isDerived).map(({ name }) => renamed("index", name)),
  ...(partitioning?.partitions ?? []).map(({ name }) => renamed("partition", name)),
];

const isDerived = ({ source }: PlanIndex): boolean => source === null || source.startsWith("sqlite_autoindex_");

const renamed = (kind: "view" | "index" | "key" | "partition" | "function", name: string): Clash => ({
  kind,
  name,
  of: null,
});

/** The section `sources`, complete but for what it may have said before. */
const linesFor = (first: NamedPlan, second: NamedPlan, found: readonly Clash[]): string => {
  const names = new Namespace();
  for (const { plan } of [first, second])
    for (const name of [...relationsOf(plan), ...functionsOf(plan)]) names.take(name);
  const prefix = foldName(basename(second.sourceName, extname(second.sourceName)), "snake");
  const another = (name: string): string => word(names.claim(`${prefix}_${name}`));
  const tables = found.flatMap(({ of, name }) =>
    of !== null && "source" in of ? [`      ${word(of.source)}: { target: ${another(name)} }`] : [],
  );
  const types = found.flatMap(({ of, name }) =>
    of !== null && "labels" in of
      ? [
          `      ${another(name)}: [${of.labels.map(word).join(", ")}]   # in place of ${name}, also where columns have it as their type`,
        ]
      : [],
  );
  const others = found.filter(({ of }) => of === null).map(({ name }) => `      ${word(name)}: ${another(name)}`);
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [`    ${title}:`, ...lines];
  return [
    "sources:",
    `  ${word(first.sourceName)}: {}`,
    `  ${word(second.sourceName)}:`,
    ...section("tables", tables),
    ...section("rename", others),
    ...section("enums", types),
  ].join("\n");
};

/** As YAML takes it plainly; everything else, and what YAML would read as null or a boolean, in quotes. */
const word = (text: string): string =>
  /^[A-Za-z_][\w.-]*$/.test(text) && !/^(null|true|false|yes|no|on|off|y|n)$/i.test(text) ? text : JSON.stringify(text);
