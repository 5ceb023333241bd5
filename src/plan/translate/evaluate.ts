/** From a node of the tree to a PostgreSQL value: the one place where every kind of node is taken apart. */
import { arithmetic, bits, common, concatenate, invertBits, negate } from "./arithmetic.ts";
import type { Expression } from "./ast.ts";
import { castValue } from "./cast.ts";
import { comparable, compare } from "./compare.ts";
import { condition } from "./condition.ts";
import { currentValue } from "./datetime.ts";
import { callFunction } from "./functions.ts";
import { jsonOperator } from "./json.ts";
import { integerValue, literalValue, textValue } from "./literal.ts";
import { glob, like } from "./pattern.ts";
import type { Context } from "./scope.ts";
import { refuse } from "./untranslatable.ts";
import { bool, type Value } from "./value.ts";

type Node<K extends Expression["node"]> = Extract<Expression, { node: K }>;

/** The value of an expression. Gives up (Untranslatable) on whatever is not fully understood. */
export const evaluate = (node: Expression, context: Context): Value => {
  const known = context.view?.known(node, context) ?? null;
  if (known !== null) return known;
  switch (node.node) {
    case "literal":
      return node.literal.kind === "now" ? currentValue(node.literal.word, context) : literalValue(node.literal);
    case "column":
      return columnOrWord(node, context);
    case "unary":
      return unary(node, context);
    case "binary":
      return binary(node, context);
    case "is-null":
      return bool(`${evaluate(node.operand, context).sql} IS ${node.not ? "NOT " : ""}NULL`);
    case "between":
      return between(node, context);
    case "in":
      return inList(node, context);
    case "match":
      return match(node, context);
    case "case":
      return caseValue(node, context);
    case "cast":
      return castValue(evaluate(node.operand, context), node.type, context);
    case "collate":
      return withCollation(evaluate(node.operand, context), node.collation);
    case "call":
      return context.view?.call(node, context) ?? callFunction(node, context);
    case "exists":
      return context.view === null ? refuse("a subquery") : bool(`EXISTS (${context.view.exists(node.select)})`);
    case "subquery":
      return context.view === null ? refuse("a subquery") : context.view.subquery(node.select, "one");
  }
};

/** An expression as a condition: SQL of type boolean. */
export const conditionOf = (node: Expression, context: Context): string => condition(evaluate(node, context), context);

/** A name that no column has: TRUE, FALSE, or (in double quotes) a text, as SQLite still has it. */
const columnOrWord = (node: Node<"column">, context: Context): Value => {
  const column = context.column(node.table, node.name);
  if (column !== null) return column;
  if (node.table === null && node.quoted === null && /^(?:true|false)$/i.test(node.name)) {
    const truth = node.name.toLowerCase();
    return { ...bool(truth), sql: truth, constant: truth === "true" ? 1n : 0n };
  }
  if (node.quoted === '"') return textValue(node.name);
  if (/^(?:rowid|oid|_rowid_)$/i.test(node.name)) return refuse("the rowid has no equal");
  return refuse(`there is no column ${node.table === null ? "" : `${node.table}.`}${node.name}`);
};

const unary = ({ operator, operand }: Node<"unary">, context: Context): Value => {
  // 9223372036854775808 alone is REAL, but its negative is the least INTEGER.
  if (operator === "-" && operand.node === "literal" && operand.literal.kind === "integer") {
    return integerValue(-operand.literal.value);
  }
  const value = evaluate(operand, context);
  if (operator === "-") return negate(value, context);
  if (operator === "~") return invertBits(value, context);
  if (operator === "not") return bool(`NOT ${condition(value, context)}`);
  // A plus only takes the affinity away.
  return { ...value, affinity: null };
};

const binary = (node: Node<"binary">, context: Context): Value => {
  const { operator } = node;
  if (operator === "and" || operator === "or") {
    return bool(`${conditionOf(node.left, context)} ${operator.toUpperCase()} ${conditionOf(node.right, context)}`);
  }
  const left = evaluate(node.left, context);
  const right = evaluate(node.right, context);
  switch (operator) {
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return arithmetic(operator, left, right, context);
    case "&":
    case "|":
    case "<<":
    case ">>":
      return bits(operator, left, right, context);
    case "||":
      return concatenate(left, right, context);
    case "->":
    case "->>":
      return jsonOperator(operator, left, right, context);
    case "is":
    case "is not":
      // IS TRUE asks for truth, not for equality with 1.
      if (isTruth(node.right, right)) return bool(`${condition(left, context)} ${operator.toUpperCase()} ${right.sql}`);
      return compare(operator, left, right, context);
    default:
      return compare(operator, left, right, context);
  }
};

const isTruth = (node: Expression, value: Value): boolean =>
  node.node === "column" && value.kind === "boolean" && value.constant !== undefined;

const between = ({ operand, low, high, not }: Node<"between">, context: Context): Value => {
  const value = evaluate(operand, context);
  const [least, most] = [evaluate(low, context), evaluate(high, context)];
  const from = comparable(">=", value, least, context);
  const to = comparable("<=", value, most, context);
  const plain =
    from !== "nothing" && to !== "nothing" && from.operator === ">=" && to.operator === "<=" && from.left === to.left;
  if (plain) return bool(`${from.left} ${not ? "NOT " : ""}BETWEEN ${from.right} AND ${to.right}`);
  const both = `${compare(">=", value, least, context).sql} AND ${compare("<=", value, most, context).sql}`;
  return bool(not ? `NOT (${both})` : both);
};

/** `a IN (b, c)` is a = +b OR a = +c: the affinity and collation of `a` alone. */
const inList = ({ operand, list, not }: Node<"in">, context: Context): Value => {
  const value = evaluate(operand, context);
  if (!Array.isArray(list)) return inSubquery(value, list as Exclude<typeof list, readonly Expression[]>, not, context);
  if (list.length === 0) return bool(not ? "true" : "false");
  const members = list.map((member) => ({ ...evaluate(member, context), affinity: null, collation: null }));
  const pairs = members.map((member) => comparable("=", value, member, context));
  const present = pairs.filter((pair) => pair !== "nothing");
  const [first] = present;
  if (first !== undefined && present.every(({ left, operator }) => left === first.left && operator === "=")) {
    const sqls = pairs.map((pair) => (pair === "nothing" ? "NULL" : pair.right));
    return bool(`${first.left} ${not ? "NOT " : ""}IN (${sqls.join(", ")})`);
  }
  const any = members.map((member) => compare("=", value, member, context).sql).join(" OR ");
  return bool(not ? `NOT (${any})` : any);
};

const inSubquery = (
  value: Value,
  select: Parameters<NonNullable<Context["view"]>["subquery"]>[0],
  not: boolean,
  context: Context,
): Value => {
  if (context.view === null) return refuse("a subquery");
  const list = context.view.subquery(select, "list");
  const pair = comparable("=", value, { ...list, collation: null }, context);
  // The list must stand as it is: a comparison that converts it could not reach inside.
  if (pair === "nothing" || pair.right !== list.sql) return refuse("IN (SELECT …) of another type or collation");
  return bool(`${pair.left} ${not ? "NOT " : ""}IN ${list.sql}`);
};

const match = (node: Node<"match">, context: Context): Value => {
  const value = evaluate(node.operand, context);
  const pattern = evaluate(node.pattern, context);
  if (node.operator === "LIKE") {
    return like(value, pattern, node.escaping === null ? null : evaluate(node.escaping, context), node.not, context);
  }
  if (node.operator === "GLOB" && node.escaping === null) return glob(value, pattern, node.not, context);
  return refuse(`${node.operator} is the application's own`);
};

const caseValue = ({ subject, branches, otherwise }: Node<"case">, context: Context): Value => {
  const compared = subject === null ? null : evaluate(subject, context);
  const whens = branches.map(({ when }) =>
    compared === null ? conditionOf(when, context) : compare("=", compared, evaluate(when, context), context).sql,
  );
  const results = [...branches.map(({ result }) => result), ...(otherwise === null ? [] : [otherwise])];
  const { sqls, of } = common(
    results.map((result) => evaluate(result, context)),
    context,
  );
  const body = whens.map((when, index) => `WHEN ${when} THEN ${sqls[index]}`).join(" ");
  return of(`(CASE ${body}${otherwise === null ? "" : ` ELSE ${sqls.at(-1)}`} END)`);
};

const withCollation = (value: Value, name: string): Value =>
  name === "BINARY" || name === "NOCASE" || name === "RTRIM"
    ? { ...value, collation: { name, explicit: true } }
    : refuse(`the collation ${name} is the application's own`);
