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

const document = fc.constantFrom("j", "y", "q", "l", "json_object('a', i, 'n', t)");
const step = fc.constantFrom("'a'", "'n'", "0", "-1", "'$.a.b'", "'$.l[1]'");
const path = fc.constantFrom("'$'", "'$.a'", "'$.n'", "'$.s'", "'$.l'", "'$[0]'", "'$[#-1]'", "'$.a.c'");
const moment = fc.constantFrom(
  "s",
  "d",
  "z",
  "'2024-02-29'",
  "e, 'unixepoch'",
  "k, 'unixepoch'",
  "m / 1000, 'unixepoch'",
);
const modifier = fc.constantFrom("", "", ", 'start of month'", ", 'start of year'");
// Not of moments that would be moved out of the years 1 to 9999, which the two databases treat differently.
const movable = fc.constantFrom("z", "'2024-02-29'", "k, 'unixepoch'");
const shift = fc.constantFrom(", '+1 month'", ", 'weekday 2'", ", '+1 year', '+3 days'", ", '+01:30', '+13 months'");
const directive = fc.constantFrom(
  "'%Y'",
  "'%m'",
  "'%d'",
  "'%H'",
  "'%j'",
  "'%w'",
  "'%W'",
  "'%U'",
  "'%V'",
  "'%s'",
  "'%Y-%m'",
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
      join(
        fc.constantFrom("quote", "unicode", "unhex", "sign", "sqrt", "floor", "ceil", "trunc", "typeof"),
        "(",
        v,
        ")",
      ),
      join("round(", v, ", ", fc.constantFrom("0", "1", "2", "3"), ")"),
      join(
        "printf(",
        fc.constantFrom("'%d'", "'%s'", "'%5d|'", "'%-6s|'", "'%.2f'", "'%07.1f'", "'%,d'", "'%05d'", "'%x'"),
        ", ",
        v,
        ")",
      ),
      join(fc.constantFrom("concat", "replace", "trim", "ltrim"), "(", v, ", ", v, ")"),
      join(document, fc.constantFrom(" -> ", " ->> "), step),
      join("json_extract(", document, ", ", path, ")"),
      join(fc.constantFrom("json_array_length", "json_type"), "(", document, ", ", path, ")"),
      join(fc.constantFrom("date", "datetime", "julianday", "unixepoch"), "(", moment, modifier, ")"),
      join("strftime(", directive, ", ", moment, modifier, ")"),
      join(fc.constantFrom("date", "datetime", "julianday"), "(", movable, shift, ")"),
      join("CAST(strftime(", directive, ", ", moment, ") AS INTEGER)"),
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
