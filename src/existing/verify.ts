/** Whether an application's tables are, but for their rows, what they were before the load: column by column, object by object. */
import type { Client } from "pg";
import type { Plan } from "../plan/model.ts";
import type { ObjectProof, ObjectsProof } from "../verify/model.ts";
import type { ExistingSchema, ExistingTable } from "./model.ts";
import { readExisting } from "./read.ts";

/**
 * @param planned what is known of the planned tables and columns already
 * @param leftOut names of what finish could not put back and has told
 */
export const verifyExisting = async (
  client: Client,
  { schema }: Plan,
  { tables }: ExistingSchema,
  planned: ObjectsProof,
  leftOut: ReadonlySet<string>,
): Promise<ObjectsProof> => {
  const there = new Map((await readExisting(client, schema)).map((table) => [table.name, table]));
  const others: ObjectProof[] = [];
  let checked = 0;
  for (const before of tables) {
    const after = there.get(before.name);
    // A missing table is listed as such already.
    if (after === undefined) continue;
    for (const [kind, list] of LISTS) {
      checked += before[list].length;
      others.push(...compare(kind, before, before[list], after[list]));
    }
  }
  const all = [
    ...planned.others,
    ...others.map((one) => (isLeftOut(one, leftOut) ? { ...one, state: "left out" as const } : one)),
  ];
  return { checked: planned.checked + checked, others: all };
};

const LISTS = [
  ["column", "columns"],
  ["constraint", "constraints"],
  ["index", "indexes"],
  ["trigger", "triggers"],
] as const;

type Listed = ExistingTable[(typeof LISTS)[number][1]][number];

const compare = (
  kind: ObjectProof["kind"],
  { name: table }: ExistingTable,
  before: readonly Listed[],
  after: readonly Listed[],
): ObjectProof[] => {
  const say = (name: string, state: "missing" | "different", message: string | null): ObjectProof => ({
    kind,
    name: `${table}.${name}`,
    state,
    message,
  });
  const known = before.flatMap((one) => {
    const found = after.find(({ name }) => name === one.name);
    if (found === undefined) return [say(one.name, "missing", "it was there before the load")];
    const changed = Object.keys(one).filter((key) => textOf(one, key) !== textOf(found, key));
    const words = changed.map((key) => `${key} was ${textOf(one, key)}, is ${textOf(found, key)}`);
    return changed.length === 0 ? [] : [say(one.name, "different", words.join("; "))];
  });
  const added = after.filter(({ name }) => !before.some((one) => one.name === name));
  return [...known, ...added.map(({ name }) => say(name, "different", "it was not there before the load"))];
};

const textOf = (one: Listed, key: string): string => JSON.stringify((one as unknown as Record<string, unknown>)[key]);

/** Finish names the object alone. */
const isLeftOut = ({ name }: ObjectProof, leftOut: ReadonlySet<string>): boolean =>
  leftOut.has(name) || [...leftOut].some((one) => name.endsWith(`.${one}`));
