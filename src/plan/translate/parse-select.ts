/** SQLite's SELECT, from WITH to LIMIT, and the CREATE VIEW around it. */
import { type CommonTable, EMPTY_CORE, type FromItem, type ResultColumn, type Select, type SelectCore } from "./ast.ts";
import { Cursor, isReserved } from "./cursor.ts";
import { parseExpression } from "./parse-expression.ts";
import { expressionList, orderingTerms, parseWindow } from "./parse-primary.ts";
import { refuse } from "./untranslatable.ts";

/** Reads a view's definition; `columns` are the names in parentheses after its own, if any. */
export const parseView = (sql: string): { columns: readonly string[] | null; select: Select } => {
  const cursor = new Cursor(sql);
  cursor.expect("CREATE");
  if (!cursor.take("TEMP")) cursor.take("TEMPORARY");
  cursor.expect("VIEW");
  cursor.take("IF", "NOT", "EXISTS");
  cursor.name();
  if (cursor.take(".")) cursor.name();
  const columns = cursor.take("(") ? names(cursor) : null;
  cursor.expect("AS");
  const select = parseSelect(cursor);
  cursor.take(";");
  cursor.end();
  return { columns, select };
};

/** Reads a whole SELECT; the cursor stands behind it afterwards. */
export const parseSelect = (cursor: Cursor): Select => {
  const tables = cursor.take("WITH") ? commonTables(cursor) : [];
  const first = selectCore(cursor);
  const rest: Select["rest"][number][] = [];
  for (;;) {
    const operator = compoundOperator(cursor);
    if (operator === null) break;
    rest.push({ operator, core: selectCore(cursor) });
  }
  const orderBy = orderingTerms(cursor);
  let limit = cursor.take("LIMIT") ? parseExpression(cursor) : null;
  let offset = limit !== null && cursor.take("OFFSET") ? parseExpression(cursor) : null;
  // LIMIT a, b: the first is the offset.
  if (limit !== null && offset === null && cursor.take(",")) [offset, limit] = [limit, parseExpression(cursor)];
  return { with: tables, first, rest, orderBy, limit, offset };
};

const compoundOperator = (cursor: Cursor): Select["rest"][number]["operator"] | null => {
  if (cursor.take("UNION", "ALL")) return "UNION ALL";
  for (const operator of ["UNION", "EXCEPT", "INTERSECT"] as const) if (cursor.take(operator)) return operator;
  return null;
};

const commonTables = (cursor: Cursor): CommonTable[] => {
  cursor.take("RECURSIVE");
  const tables: CommonTable[] = [];
  do {
    const name = cursor.name();
    const columns = cursor.take("(") ? names(cursor) : null;
    cursor.expect("AS");
    if (!cursor.take("NOT", "MATERIALIZED")) cursor.take("MATERIALIZED");
    cursor.expect("(");
    const select = parseSelect(cursor);
    cursor.expect(")");
    tables.push({ name, columns, select });
  } while (cursor.take(","));
  return tables;
};

/** The rest of a list of names in parentheses. */
const names = (cursor: Cursor): string[] => {
  const list = [cursor.name()];
  while (cursor.take(",")) list.push(cursor.name());
  cursor.expect(")");
  return list;
};

const selectCore = (cursor: Cursor): SelectCore => {
  if (cursor.take("VALUES")) return { ...EMPTY_CORE, values: valueRows(cursor) };
  cursor.expect("SELECT");
  const distinct = cursor.take("DISTINCT");
  if (!distinct) cursor.take("ALL");
  const results = [resultColumn(cursor)];
  while (cursor.take(",")) results.push(resultColumn(cursor));
  const from = cursor.take("FROM") ? joinClause(cursor) : null;
  const where = cursor.take("WHERE") ? parseExpression(cursor) : null;
  const groupBy = cursor.take("GROUP", "BY") ? expressionList(cursor) : [];
  const having = cursor.take("HAVING") ? parseExpression(cursor) : null;
  return { distinct, results, from, where, groupBy, having, windows: namedWindows(cursor), values: null };
};

const valueRows = (cursor: Cursor): SelectCore["values"] => {
  const rows = [];
  do {
    cursor.expect("(");
    rows.push(expressionList(cursor));
    cursor.expect(")");
  } while (cursor.take(","));
  return rows;
};

const namedWindows = (cursor: Cursor): SelectCore["windows"] => {
  const windows: SelectCore["windows"][number][] = [];
  if (!cursor.take("WINDOW")) return windows;
  do {
    const name = cursor.name();
    cursor.expect("AS");
    cursor.expect("(");
    windows.push({ name, window: parseWindow(cursor) });
  } while (cursor.take(","));
  return windows;
};

const resultColumn = (cursor: Cursor): ResultColumn => {
  if (cursor.take("*")) return { star: true, table: null };
  if (cursor.at(".", 1) && cursor.at("*", 2)) {
    const table = cursor.name();
    cursor.take(".", "*");
    return { star: true, table };
  }
  const start = cursor.position;
  const expression = parseExpression(cursor);
  const source = cursor.textSince(start);
  return { star: false, expression, alias: aliasOf(cursor), source };
};

/** Words that may follow a table or a result and so are no bare aliases, though SQLite takes some of them as names elsewhere. */
const AFTER = new Set("WINDOW CROSS FULL INNER LEFT NATURAL OUTER RIGHT INDEXED".split(" "));

const aliasOf = (cursor: Cursor): string | null => {
  if (cursor.take("AS")) return cursor.name();
  const token = cursor.peek();
  if (token?.kind === "quoted" || token?.kind === "string") return cursor.name();
  if (token?.kind !== "word" || AFTER.has(token.text.toUpperCase())) return null;
  // A reserved keyword begins the next clause.
  return isReserved(token.text) ? null : cursor.name();
};

const joinClause = (cursor: Cursor): FromItem => {
  let left = fromItem(cursor);
  for (;;) {
    const joined = joinOperator(cursor);
    if (joined === null) return left;
    const right = fromItem(cursor);
    const on = cursor.take("ON") ? parseExpression(cursor) : null;
    const using = on === null && cursor.take("USING", "(") ? names(cursor) : null;
    left = { from: "join", ...joined, left, right, on, using };
  }
};

type JoinOperator = Pick<Extract<FromItem, { from: "join" }>, "kind" | "natural">;

const joinOperator = (cursor: Cursor): JoinOperator | null => {
  if (cursor.take(",")) return { kind: "CROSS", natural: false };
  const natural = cursor.take("NATURAL");
  for (const kind of ["LEFT", "RIGHT", "FULL"] as const) {
    if (!cursor.take(kind)) continue;
    cursor.take("OUTER");
    cursor.expect("JOIN");
    return { kind, natural };
  }
  const crossed = cursor.take("CROSS");
  if (!crossed) cursor.take("INNER");
  if (cursor.take("JOIN")) return { kind: crossed ? "CROSS" : "INNER", natural };
  return natural || crossed ? cursor.unexpected("JOIN expected") : null;
};

const fromItem = (cursor: Cursor): FromItem => {
  if (cursor.take("(")) {
    if (cursor.at("SELECT") || cursor.at("WITH") || cursor.at("VALUES")) {
      const select = parseSelect(cursor);
      cursor.expect(")");
      return { from: "select", select, alias: aliasOf(cursor) };
    }
    const inner = joinClause(cursor);
    cursor.expect(")");
    return aliasOf(cursor) === null ? inner : refuse("a join in parentheses with an alias is not supported");
  }
  let name = cursor.name();
  if (cursor.take(".")) {
    if (name.toLowerCase() !== "main") refuse(`${name} is another database`);
    name = cursor.name();
  }
  if (cursor.take("(")) {
    const list = cursor.at(")") ? [] : expressionList(cursor);
    cursor.expect(")");
    return { from: "function", name: name.toLowerCase(), arguments: list, alias: aliasOf(cursor) };
  }
  const alias = aliasOf(cursor);
  if (cursor.take("INDEXED", "BY")) cursor.name();
  else cursor.take("NOT", "INDEXED");
  return { from: "table", name, alias };
};
