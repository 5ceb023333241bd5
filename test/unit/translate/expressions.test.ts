import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Purpose, translateExpression, translateIndexElement } from "../../../src/plan/translate/expression.ts";
import { SCOPE } from "../../support/translate.ts";

const translate = (sql: string, purpose: Purpose = "check"): string => {
  const translation = translateExpression(sql, { purpose, columns: SCOPE });
  return translation.ok ? translation.sql : `refused: ${translation.reason}`;
};

describe("translateExpression", () => {
  it.each([
    ["status", "refused: there is no column status"],
    ['t = "abc"', `("t" = 'abc')`],
    ['t IN ("a1", "a2")', `("t" IN ('a1', 'a2'))`],
    ["t = [abc]", "refused: there is no column abc"],
    ["[T] = 'x'", `("t" = 'x')`],
    ["i = 1 OR i = 2 AND k = 3", `(("i" = 1) OR (("i" = 2) AND ("k" = 3)))`],
    ["NOT i = 1", `(NOT ("i" = 1))`],
    ["i + k * 2 > 3", `(("i" + ("k"::bigint * 2)) > 3)`],
    ["i BETWEEN 1 AND 2 AND k", `(("i" BETWEEN 1 AND 2) AND ("k" <> 0))`],
    ["c = 'Ab'", `(lower("c" COLLATE "C") = 'ab')`],
    ["b = TRUE AND b IN (0, 1)", `(("b" = true) AND ("b" IN (false, true)))`],
    ["t LIKE 'A\\_%'", `(lower("t" COLLATE "C") LIKE E'a\\\\_%' ESCAPE '')`],
    ["z > '2024-01-01T00:00:00.000Z'", `("z" > '2024-01-01T00:00:00.000+00'::timestamptz)`],
    ["e > 0", `("e" > '1970-01-01 00:00:00'::timestamp)`],
    ["json_valid(j)", `(CASE WHEN "j" IS NOT NULL THEN true END)`],
    ["b = 'true'", `(CASE WHEN "b" IS NOT NULL THEN false END)`],
    ["i < 'abc'", `(CASE WHEN "i" IS NOT NULL THEN true END)`],
    ["json_extract(j, '$.a') = 'x'", `(("j" ->> 'a') = 'x')`],
    ["j ->> 'a' IN ('x', 'y')", `(("j" ->> 'a') IN ('x', 'y'))`],
    ["json_valid(t)", `(CASE WHEN "t" IS NOT NULL THEN "t"::json IS NOT NULL END)`],
    ["i IS NULL OR json_valid(t)", `(("i" IS NULL) OR (CASE WHEN "t" IS NOT NULL THEN "t"::json IS NOT NULL END))`],
  ])("translates the CHECK %s", (sql, expected) => {
    expect(translate(sql)).toBe(expected);
  });

  it.each([
    ["t REGEXP 'a'", "REGEXP"],
    ["t MATCH 'a'", "MATCH"],
    ["x + 1 > 0", "arithmetic on a blob value"],
    ["t + 1 > 0", "arithmetic on a text value"],
    ["x", "a BLOB is used as a condition"],
    ["j = '{}'", "jsonb column"],
    ["NOT json_valid(t)", "json_valid() of a text"],
    ["json_valid(t) OR i = 1", "json_valid() of a text"],
    ["json_extract(t, '$.a') = 1", "not all JSON"],
    ["json_extract(j, t) = 1", "not literal"],
    ["json_extract(j, '$.a[#]') = 1", "not literal"],
    ["json_extract(j, '$.a') < json_extract(j, '$.b')", "their order"],
    ["json_patch(j, '{}') = '{}'", "json_patch()"],
    ["i % 0.5 = 1", "% on REAL"],
    ["n / 2 > 1", "INTEGER or REAL"],
    ["round(r, k) > 1", "round()"],
    ["r || '' = '1.0'", "text of a REAL"],
    ["pow(r, 2) > 1", "mathematics library"],
    ["printf('%e', r) = ''", "%e"],
    ["random() > 1", "another number each time"],
    ["last_insert_rowid() = 1", "INSERT … RETURNING"],
    ["i IN (SELECT 1)", "subquery"],
    ["(i, k) = (1, 2)", "row values"],
    ["i = ?1", "a value expected"],
    ["i = 1 i", "the end expected"],
    ["t COLLATE custom = 'a'", "CUSTOM"],
    ["count(*) > 1", "aggregate"],
    ["my_function(i)", "my_function() has no exact equal"],
    ["likely()", "likely() has no exact equal"],
    ["t GLOB u", "no literal"],
    ["date(s, '+1.5 months') > d", "modifier"],
    ["date(s, 'localtime') > d", "time zone of the machine"],
    ["date(i) > d", "Julian day"],
    ["rowid > 1", "rowid"],
    ["x = 'a'", "compared"],
    ["i > r", "rounds beyond 2^53"],
  ])("refuses the CHECK %s with a reason", (sql, reason) => {
    expect(translate(sql)).toMatch(/^refused: /);
    expect(translate(sql)).toContain(reason);
  });

  it.each([
    "date(s)",
    "s || ''",
    "datetime('now') > t",
    "json_array(i)",
    "json_object('a', i)",
    "json_quote(t)",
    "json_extract(j, '$.a', '$.b')",
  ])("refuses %s where PostgreSQL wants an immutable expression", (sql) => {
    for (const purpose of ["index", "generated", "where"] as const)
      expect(translate(sql, purpose)).toContain("not immutable");
  });

  it("folds an index element by its collation", () => {
    expect(translateIndexElement("t || u", "NOCASE", { columns: SCOPE })).toMatchObject({
      ok: true,
      sql: `(lower(("t" || "u"::text) COLLATE "C"))`,
    });
  });

  it("renders a generated column in that column's type, or refuses", () => {
    const generated = (sql: string, name: "bigint" | "text" | "double precision"): string => {
      const form = { bigint: "integer", text: "text", "double precision": "real" } as const;
      const targetType = { type: { name }, form: { kind: form[name] } } as const;
      const translation = translateExpression(sql, { purpose: "generated", columns: SCOPE, targetType });
      return translation.ok ? translation.sql : `refused: ${translation.reason}`;
    };
    expect(generated("i = 1", "bigint")).toBe(`("i" = 1)::integer::bigint`);
    expect(generated("i", "text")).toBe(`"i"::text`);
    expect(generated("i * 2", "double precision")).toBe(`("i" * 2)::double precision`);
    expect(generated("r", "bigint")).toBe("refused: a real value for a bigint column");
    expect(generated("json_extract(j, '$.a')", "text")).toBe(
      `(CASE jsonb_typeof(NULLIF(("j" -> 'a'), 'null')) WHEN 'boolean' THEN NULLIF(("j" -> 'a'), 'null')::boolean::integer::text ELSE ("j" ->> 'a') END)`,
    );
    expect(generated("json_array_length(j, '$.l')", "bigint")).toContain("jsonb_array_length");
    expect(generated("date(json_extract(j, '$.a'))", "text")).toContain("not immutable");
  });

  it("does not depend on affinities that it was not told", () => {
    const { affinity: _, ...unknown } = SCOPE.get("t")!;
    const columns = new Map([["t", unknown]]);
    expect(translateExpression("t = 'a'", { purpose: "check", columns }).ok).toBe(true);
    expect(translateExpression("t = '1'", { purpose: "check", columns }).ok).toBe(false);
    expect(translateExpression("t = 1", { purpose: "check", columns }).ok).toBe(false);
  });

  it("never throws, whatever it is given", () => {
    const words = fc.constantFrom(
      "i",
      "t",
      "(",
      ")",
      "AND",
      "NOT",
      "IN",
      "'a'",
      "1",
      ",",
      "CASE",
      "WHEN",
      "END",
      "||",
      "-",
      "x'00'",
      '"',
      "LIKE",
      "lower",
    );
    fc.assert(
      fc.property(
        fc.array(words).map((all) => all.join(" ")),
        (sql) => {
          expect(translateExpression(sql, { purpose: "check", columns: SCOPE })).toHaveProperty("ok");
        },
      ),
      { numRuns: 1000 },
    );
    expect(translate(`${"(".repeat(100_000)}1`)).toBe("refused: the SQL is nested too deeply");
  });
});
