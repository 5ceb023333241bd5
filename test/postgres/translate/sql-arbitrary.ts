/** Generated SQLite expressions over the test table: most of them nonsense, all of them something that SQLite evaluates. */
import fc from "fast-check";
import { COLUMNS } from "../../support/translate.ts";

const column = fc.constantFrom(...COLUMNS.map(({ name }) => name));
const literal = fc.constantFrom(
  "0",
  "1",
  "-7",
  "42",
  "2.5",
  "0.1",
  "NULL",
  "''",
  "'abc'",
  "'ABC'",
  "'12'",
  "'é'",
  "'%a_'",
  "'2024-01-01'",
  "'2024-01-01 10:20:30'",
  "'true'",
  "TRUE",
  "FALSE",
  "x'00ff'",
  "1700000000",
);

const { condition, value } = fc.letrec<{ value: string; condition: string }>((tie) => {
  const v = tie("value");
  const c = tie("condition");
  const join = (...parts: (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
    fc.tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part))).map((all) => all.join(""));
  const operator = (...names: string[]): fc.Arbitrary<string> => fc.constantFrom(...names.map((name) => ` ${name} `));
  return {
    value: fc.oneof(
      { maxDepth: 2, depthIdentifier: "sql" },
      column,
      literal,
      join("(", v, operator("+", "-", "*", "/", "%", "||", "&", "|"), v, ")"),
      join(
        fc.constantFrom("length", "lower", "upper", "trim", "abs", "typeof", "round", "hex", "date", "+", "-"),
        "(",
        v,
        ")",
      ),
      join(fc.constantFrom("coalesce", "ifnull", "nullif", "min", "max", "instr", "substr"), "(", v, ", ", v, ")"),
      join("substr(", v, ", ", v, ", ", v, ")"),
      join("CASE WHEN ", c, " THEN ", v, " ELSE ", v, " END"),
      join("CASE ", v, " WHEN ", v, " THEN ", v, " END"),
      join("CAST(", v, " AS ", fc.constantFrom("TEXT", "INTEGER", "REAL", "NUMERIC"), ")"),
      join("(", v, " COLLATE ", fc.constantFrom("NOCASE", "RTRIM", "BINARY"), ")"),
      join("(", c, ")"),
    ),
    condition: fc.oneof(
      { maxDepth: 2, depthIdentifier: "sql" },
      join(v, operator("=", "<>", "<", "<=", ">", ">=", "IS", "IS NOT"), v),
      join(v, fc.constantFrom(" IS NULL", " NOTNULL", " IS TRUE", " IS NOT FALSE")),
      join("(", c, operator("AND", "OR"), c, ")"),
      join("NOT (", c, ")"),
      join(v, operator("IN", "NOT IN"), "(", v, ", ", v, ")"),
      join(v, operator("BETWEEN", "NOT BETWEEN"), v, " AND ", v),
      join(v, operator("LIKE", "GLOB"), fc.constantFrom("'a%'", "'%é%'", "'*b*'", "'[a-c]*'", "'\\%'", "t")),
      v,
    ),
  };
});

export const conditions = condition;
export const values = value;
