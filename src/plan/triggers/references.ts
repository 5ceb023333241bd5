/** What a trigger's statements refer to: relations that they read, columns of NEW and OLD, and what they write. */
import { fold } from "../../source/fold.ts";
import type { Expression } from "../translate/ast.ts";
import type { EventKind, Statement, Trigger } from "./ast.ts";

type Row = "new" | "old";

/** A change of a table's rows; names in lower case. `columns`: those that an UPDATE sets, null for other events. */
export interface Write {
  readonly table: string;
  readonly event: EventKind;
  readonly columns: ReadonlySet<string> | null;
  /** Rows in its way are removed first, without the triggers of a DELETE. */
  readonly replaces: boolean;
}

/** Visits every object in a tree of plain data. */
const walk = (node: unknown, visit: (node: Readonly<Record<string, unknown>>) => void): void => {
  if (typeof node !== "object" || node === null) return;
  if (!Array.isArray(node)) visit(node as Readonly<Record<string, unknown>>);
  for (const part of Object.values(node)) walk(part, visit);
};

/** Names of the relations in FROM clauses at any depth, in lower case. */
export const relationsRead = (node: unknown): ReadonlySet<string> => {
  const names = new Set<string>();
  walk(node, (part) => {
    if (part["from"] === "table") names.add(fold(String(part["name"])));
  });
  return names;
};

/** Whether a relation is called NEW or OLD, or by an alias of that name. */
export const hidesRow = (node: unknown): boolean => {
  let hidden = false;
  walk(node, (part) => {
    if (part["from"] === undefined && part["statement"] === undefined) return;
    hidden ||= [part["name"], part["table"], part["alias"]].some(
      (name) => typeof name === "string" && /^(?:new|old)$/i.test(name),
    );
  });
  return hidden;
};

/** Columns of NEW or OLD that are referred to, in lower case. */
export const rowColumns = (node: unknown, row: Row): ReadonlySet<string> => {
  const names = new Set<string>();
  walk(node, (part) => {
    if (part["node"] === "column" && fold(String(part["table"])) === row) names.add(fold(String(part["name"])));
  });
  return names;
};

/** Whether an expression asks a SELECT of its own. */
export const holdsSubquery = (node: unknown): boolean => {
  let holds = false;
  walk(node, (part) => {
    holds ||= "first" in part && "rest" in part;
  });
  return holds;
};

/** Whether RAISE() is called, with this word where one is given. */
export const raises = (node: unknown, word?: string): boolean => {
  let found = false;
  walk(node, (part) => {
    if (part["node"] !== "call" || part["name"] !== "raise") return;
    const [first] = part["arguments"] as readonly Expression[];
    found ||= word === undefined || (first?.node === "column" && first.name.toUpperCase() === word);
  });
  return found;
};

/** What a statement writes by itself, foreign keys and triggers aside. */
export const writesOf = (statement: Statement): readonly Write[] => {
  switch (statement.statement) {
    case "insert": {
      const table = fold(statement.table);
      const update = statement.upsert?.update ?? null;
      return [
        { table, event: "INSERT", columns: null, replaces: statement.conflict === "replace" },
        ...(update === null
          ? []
          : [{ table, event: "UPDATE", columns: setColumns(update.set), replaces: false } as const]),
      ];
    }
    case "update":
      return [{ table: fold(statement.table), event: "UPDATE", columns: setColumns(statement.set), replaces: false }];
    case "delete":
      return [{ table: fold(statement.table), event: "DELETE", columns: null, replaces: false }];
    case "select":
      return [];
  }
};

const setColumns = (set: readonly { readonly column: string }[]): ReadonlySet<string> =>
  new Set(set.map(({ column }) => fold(column)));

/** The statements of a trigger that could be read. */
export const readable = ({ statements }: Trigger): readonly Statement[] =>
  statements.flatMap((part) => (part.ok ? [part.value] : []));

/** Everything in a trigger that could be read, its condition included. */
export const contents = (trigger: Trigger): readonly unknown[] => [
  ...(trigger.when?.ok ? [trigger.when.value] : []),
  ...readable(trigger),
];
