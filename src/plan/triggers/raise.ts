/** SELECT in a trigger's body: what it raises, or nothing at all. */
import { quoteLiteral } from "../../target/quote.ts";
import { holdsAggregate } from "../translate/aggregates.ts";
import { EMPTY_CORE, type Expression, type FunctionCall, type Select, type SelectCore } from "../translate/ast.ts";
import { conditionOf } from "../translate/evaluate.ts";
import { refuse } from "../translate/untranslatable.ts";
import { raises } from "./references.ts";
import { type TriggerScope, valuesOf } from "./scope.ts";
import { unwrapped } from "./spelling.ts";

/** The class of integrity violations, which SQLite's own code for a trigger's refusal is one of too. */
const ERRCODE = "integrity_constraint_violation";

/** A branch that raises, or that ends a CASE without raising. */
interface Branch {
  readonly when: Expression | null;
  readonly raise: FunctionCall | null;
}

/** One SELECT as PL/pgSQL, lines without indentation. `ignoring`: what leaves the row alone, null where it has changed. */
export const selectLines = (
  select: Select,
  scope: TriggerScope,
  ignoring: readonly string[] | null,
): readonly string[] => {
  if (!raises(select)) {
    // Nobody sees its rows; but only what is understood is known to do nothing else.
    scope.environment.select(select, scope.environment.outer);
    return [];
  }
  const { first, rest, with: tables, limit } = select;
  if (rest.length > 0 || tables.length > 0 || limit !== null || first.values !== null)
    return refuse("RAISE() in a compound SELECT or one with a LIMIT");
  return first.results.flatMap((result) => {
    if (result.star || !raises(result.expression)) return [];
    return lines(branchesOf(result.expression), first, scope, ignoring);
  });
};

const raiseOf = (node: Expression): FunctionCall | null =>
  node.node === "call" && node.name === "raise" ? node : null;

/** The expression as branches of one decision, in their order. */
const branchesOf = (node: Expression): readonly Branch[] => {
  if (raiseOf(node) !== null) return [branch(null, node)];
  if (node.node === "call" && (node.name === "iif" || node.name === "if")) {
    const [when, then, otherwise] = node.arguments;
    if (when === undefined || then === undefined || node.arguments.length > 3) return refuse("iif() that raises");
    return [branch(when, then), ...(otherwise === undefined ? [] : [branch(null, otherwise)])];
  }
  if (node.node !== "case") return refuse("RAISE() inside another expression");
  const { subject, branches, otherwise } = node;
  return [
    ...branches.map(({ when, result }) =>
      branch(subject === null ? when : { node: "binary", operator: "=", left: subject, right: when }, result),
    ),
    ...(otherwise === null ? [] : [branch(null, otherwise)]),
  ];
};

const branch = (when: Expression | null, result: Expression): Branch => {
  const raise = raiseOf(result);
  return raise === null && raises(result) ? refuse("RAISE() inside another expression") : { when, raise };
};

const lines = (
  branches: readonly Branch[],
  core: SelectCore,
  scope: TriggerScope,
  ignoring: readonly string[] | null,
): string[] => {
  const meant = branches.slice(0, branches.findLastIndex(({ raise }) => raise !== null) + 1);
  if (core.from !== null) return fromRows(meant, core, scope, ignoring);
  const conditions = meant.map(({ when }) => (when === null ? null : conditionIn(when, scope)));
  const chain = meant.flatMap(({ raise }, at) => {
    const condition = conditions[at];
    const word = at === 0 ? "IF" : "ELSIF";
    const head = condition == null ? (at === 0 ? [] : ["ELSE"]) : [`${word} ${condition} THEN`];
    const body = raise === null ? ["NULL;"] : raiseLines(raise, scope, ignoring);
    return [...head, ...(head.length === 0 ? body : indented(body))];
  });
  const whole = meant[0]!.when === null ? chain : [...chain, "END IF;"];
  if (core.where === null) return whole;
  return [`IF ${conditionIn(core.where, scope)} THEN`, ...indented(whole), "END IF;"];
};

/** Over rows: whether there is one that raises; one branch, because each row would ask the branches anew. */
const fromRows = (
  branches: readonly Branch[],
  core: SelectCore,
  scope: TriggerScope,
  ignoring: readonly string[] | null,
): string[] => {
  const [only] = branches;
  if (branches.length !== 1 || only?.raise == null) return refuse("RAISE() by several conditions on several rows");
  const { when, raise } = only;
  const body = indented(raiseLines(raise, scope, ignoring));
  const groups = core.groupBy.length > 0 || core.having !== null;
  if (when !== null && groups) return refuse("RAISE() by a condition on groups");
  if (when !== null && holdsAggregate(when)) {
    const result = { star: false as const, expression: when, alias: null, source: "raised" };
    const select: Select = { ...PLAIN, first: { ...core, results: [result] } };
    return [`IF ${conditionIn({ node: "subquery", select }, scope)} THEN`, ...body, "END IF;"];
  }
  const one: Expression = { node: "literal", literal: { kind: "integer", value: 1n } };
  const where: Expression | null =
    when === null || core.where === null
      ? (when ?? core.where)
      : { node: "binary", operator: "and", left: core.where, right: when };
  const first: SelectCore = { ...core, where, results: [{ star: false, expression: one, alias: null, source: "1" }] };
  return [`IF ${conditionIn({ node: "exists", select: { ...PLAIN, first } }, scope)} THEN`, ...body, "END IF;"];
};

const PLAIN: Select = { with: [], first: EMPTY_CORE, rest: [], orderBy: [], limit: null, offset: null };

const conditionIn = (node: Expression, { environment }: TriggerScope): string =>
  unwrapped(conditionOf(node, valuesOf([], null, environment).context));

const raiseLines = (
  { arguments: list }: FunctionCall,
  scope: TriggerScope,
  ignoring: readonly string[] | null,
): readonly string[] => {
  const [first, message] = list;
  const word = first?.node === "column" ? first.name.toUpperCase() : "";
  const { notes } = scope.environment;
  if (word === "IGNORE" && list.length === 1)
    return ignoring ?? refuse("RAISE(IGNORE) in a trigger that runs when the row has changed");
  if (!["ABORT", "FAIL", "ROLLBACK"].includes(word) || message === undefined || list.length !== 2)
    return refuse("RAISE() in a form that is not known");
  if (word === "FAIL")
    notes.add(
      "RAISE(FAIL) keeps the rows that the statement has changed before; PostgreSQL takes the whole statement back",
    );
  if (word === "ROLLBACK")
    notes.add(
      "RAISE(ROLLBACK) ends the transaction; in PostgreSQL it fails, and savepoints before it can still be gone back to",
    );
  if (message.node !== "literal" || message.literal.kind !== "text")
    return refuse("RAISE() with a message that is no text literal");
  return [`RAISE EXCEPTION USING ERRCODE = '${ERRCODE}', MESSAGE = ${quoteLiteral(message.literal.value)};`];
};

/** Lines of PL/pgSQL, one level deeper. */
export const indented = (list: readonly string[]): string[] => list.map((line) => `  ${line}`);
