/** The statements that a trigger's body is made of: INSERT, UPDATE, DELETE and SELECT, as far as a body may have them. */
import type { Expression } from "../translate/ast.ts";
import type { Cursor } from "../translate/cursor.ts";
import { parseExpression } from "../translate/parse-expression.ts";
import { parseSelect } from "../translate/parse-select.ts";
import { refuse } from "../translate/untranslatable.ts";
import type {
  Assignment,
  Conflict,
  DeleteStatement,
  InsertStatement,
  Statement,
  UpdateStatement,
  Upsert,
} from "./ast.ts";

/** Reads one statement; the cursor stands behind it afterwards. */
export const parseStatement = (cursor: Cursor): Statement => {
  if (cursor.at("INSERT") || cursor.at("REPLACE")) return insert(cursor);
  if (cursor.take("UPDATE")) return update(cursor);
  if (cursor.take("DELETE")) return remove(cursor);
  if (cursor.at("SELECT") || cursor.at("VALUES") || cursor.at("WITH"))
    return { statement: "select", select: parseSelect(cursor) };
  return cursor.unexpected("a statement expected");
};

const conflictOf = (cursor: Cursor): Conflict => {
  if (!cursor.take("OR")) return "abort";
  for (const word of ["ABORT", "FAIL", "ROLLBACK", "IGNORE", "REPLACE"] as const)
    if (cursor.take(word)) return word.toLowerCase() as Conflict;
  return cursor.unexpected("a conflict clause expected");
};

const tableName = (cursor: Cursor): string => {
  const name = cursor.name();
  if (cursor.at(".")) refuse(`the name ${name}. qualifies a table, which a trigger's body may not`);
  return name;
};

const nameList = (cursor: Cursor): string[] => {
  const names = [cursor.name()];
  while (cursor.take(",")) names.push(cursor.name());
  cursor.expect(")");
  return names;
};

const insert = (cursor: Cursor): InsertStatement => {
  const replaces = cursor.take("REPLACE");
  if (!replaces) cursor.expect("INSERT");
  const conflict = replaces ? "replace" : conflictOf(cursor);
  cursor.expect("INTO");
  const table = tableName(cursor);
  const alias = cursor.take("AS") ? cursor.name() : null;
  const columns = cursor.take("(") ? nameList(cursor) : null;
  const source = cursor.take("DEFAULT", "VALUES") ? null : parseSelect(cursor);
  return { statement: "insert", conflict, table, alias, columns, source, upsert: upsert(cursor) };
};

const upsert = (cursor: Cursor): Upsert | null => {
  if (!cursor.take("ON", "CONFLICT")) return null;
  const target = cursor.take("(") ? nameList(cursor) : null;
  if (cursor.at("WHERE")) refuse("ON CONFLICT with a condition");
  cursor.expect("DO");
  if (cursor.take("NOTHING")) return { target, update: null };
  for (const word of ["UPDATE", "SET"]) cursor.expect(word);
  const set = assignments(cursor);
  return { target, update: { set, where: where(cursor) } };
};

const assignments = (cursor: Cursor): Assignment[] => {
  const list: Assignment[] = [];
  do {
    if (cursor.at("(")) refuse("several columns are set at once");
    const column = cursor.name();
    if (!cursor.take("==")) cursor.expect("=");
    const start = cursor.position;
    const value = parseExpression(cursor);
    list.push({ column, value, source: cursor.textSince(start) });
  } while (cursor.take(","));
  return list;
};

const where = (cursor: Cursor): Expression | null => (cursor.take("WHERE") ? parseExpression(cursor) : null);

const update = (cursor: Cursor): UpdateStatement => {
  const conflict = conflictOf(cursor);
  const table = tableName(cursor);
  const alias = cursor.take("AS") ? cursor.name() : null;
  cursor.expect("SET");
  const set = assignments(cursor);
  if (cursor.at("FROM")) refuse("UPDATE … FROM");
  return { statement: "update", conflict, table, alias, set, where: where(cursor) };
};

const remove = (cursor: Cursor): DeleteStatement => {
  cursor.expect("FROM");
  const table = tableName(cursor);
  const alias = cursor.take("AS") ? cursor.name() : null;
  return { statement: "delete", table, alias, where: where(cursor) };
};
