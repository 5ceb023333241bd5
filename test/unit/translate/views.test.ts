import { describe, expect, it } from "vitest";
import { type Relation, translateView, type ViewTranslation } from "../../../src/plan/translate/view.ts";
import { SCOPE } from "../../support/translate.ts";

const relations = new Map<string, Relation>([["t", { target: "t", columns: SCOPE }]]);

const translated = (name: string, sql: string): Extract<ViewTranslation, { ok: true }> => {
  const view = translateView(
    { name, sql: `CREATE VIEW ${name} AS ${sql}`, columns: null, problem: null } as unknown as Parameters<
      typeof translateView
    >[0],
    (wanted) => relations.get(wanted.toLowerCase()) ?? null,
  );
  if (!view.ok) throw new Error(view.reason);
  relations.set(name, { target: name, columns: view.columnTypes });
  return view;
};

describe("what a view says of its columns", () => {
  it("knows the type and the spelling of those that it hands on", () => {
    const { results } = translated("v1", "SELECT i, n, b, s, g, l, x FROM t");
    expect(results.map(({ type, form }) => `${type.name} ${form.kind}`)).toEqual([
      "bigint integer",
      "numeric decimal",
      "boolean boolean-integer",
      "timestamp iso-datetime",
      "uuid uuid",
      "array json-array",
      "bytea blob",
    ]);
  });

  it("knows which doubles were computed, also through another view, a subquery and min()", () => {
    translated("sums", "SELECT sum(r) AS total, r FROM t GROUP BY r");
    const { results } = translated("over", "SELECT total, r, 1 + total AS more FROM (SELECT total, r FROM sums)");
    expect(results.map(({ approximate }) => approximate)).toEqual([true, false, true]);
    expect(
      translated("least", "SELECT min(total) AS a, min(r) AS b FROM sums").results.map((r) => r.approximate),
    ).toEqual([true, false]);
  });

  it("says what changes from one reading to the next, and what is left open", () => {
    expect(translated("now", "SELECT datetime('now') AS n FROM t").volatile).toEqual(["the current time"]);
    expect(translated("some", "SELECT i FROM t LIMIT 3").open).toEqual([
      "which rows a LIMIT takes of several in the same place",
    ]);
    expect(translated("plain", "SELECT i FROM t").open).toEqual([]);
    expect(translated("plain2", "SELECT i FROM plain").dependencies).toEqual(["plain"]);
  });
});
