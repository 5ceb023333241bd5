import { describe, expect, it } from "vitest";
import { thresholdsOf } from "../../../src/rehearsal/config.ts";
import { decide, type Evidence, overall } from "../../../src/rehearsal/decide.ts";
import { promises } from "../../../src/rehearsal/promises.ts";
import { compared, latencies, load, wayBack, wellDone } from "./evidence.ts";

const defaults = thresholdsOf({});
const { crossing } = wellDone;

/** The verdicts of the six rows. */
const verdicts = (spoilt: Partial<Evidence>, thresholds = defaults): readonly string[] =>
  decide({ ...wellDone, ...spoilt }, thresholds).map(({ verdict }) => verdict);

const GO = ["go", "go", "go", "go", "go", "go"];
const only = (row: number, verdict: string): readonly string[] => GO.map((go, at) => (at === row ? verdict : go));
const [FEW, MANY, ERRORS, SLOW, CORRUPT, BACK] = [0, 1, 2, 3, 4, 5];

describe("the decision matrix", () => {
  it("has the usual five rows and the way back, each with what was measured and its threshold", () => {
    const rows = decide(wellDone, defaults);
    expect(rows.map(({ issue }) => issue)).toEqual([
      "Row count mismatch up to 1 %",
      "Row count mismatch over 1 %",
      "Application errors",
      "Performance degradation",
      "Data corruption",
      "Rollback",
    ]);
    for (const { measured, threshold, action } of rows) {
      expect(measured).not.toBe("");
      expect(threshold).not.toBe("");
      expect(action).toBe("");
    }
  });

  it.each<[string, number, string, Partial<Evidence>]>([
    [
      "a few rows that did not cross",
      FEW,
      "investigate",
      { crossing: { ...crossing, rowsWritten: 995, rowsRejected: 5 } },
    ],
    [
      "exactly one percent of the rows",
      FEW,
      "investigate",
      { crossing: { ...crossing, rowsWritten: 990, rowsRejected: 10 } },
    ],
    [
      "more than one percent of the rows",
      MANY,
      "no-go",
      { crossing: { ...crossing, rowsWritten: 989, rowsRejected: 11 } },
    ],
    ["rows that nobody read", MANY, "no-go", { crossing: { ...crossing, rowsRead: 0, rowsWritten: 5 } }],
    ["a few errors under load", ERRORS, "investigate", { postgresLoad: load(100, 100, 20) }],
    ["many errors under load", ERRORS, "no-go", { postgresLoad: load(100, 100, 200) }],
    ["a check that failed", ERRORS, "no-go", { checks: [{ name: "pool recovery", passed: false, detail: "" }] }],
    [
      "tests that failed",
      ERRORS,
      "no-go",
      { application: { test: { command: "t", exitCode: 1, seconds: 1 }, probe: null } },
    ],
    [
      "a health check that never answered",
      ERRORS,
      "no-go",
      { application: { test: null, probe: { url: "u", asked: 3, healthy: 0, failed: 3, latencies: null } } },
    ],
    [
      "a health check that failed once in between",
      ERRORS,
      "no-go",
      { application: { test: null, probe: { url: "u", asked: 9, healthy: 8, failed: 1, latencies: latencies(5) } } },
    ],
    [
      "another answer to a query",
      ERRORS,
      "investigate",
      {
        comparisons: [
          {
            ...compared("orders", 10, 10),
            answers: { verdict: "different", sqliteRows: 1, postgresRows: 1, difference: "x" },
          },
        ],
      },
    ],
    ["a query that is half as slow again and more", SLOW, "no-go", { comparisons: [compared("orders", 10, 15.1)] }],
    ["no query at all", SLOW, "not measured", { comparisons: [] }],
    ["a row that differs", CORRUPT, "no-go", { crossing: { ...crossing, differences: 1, tablesProven: 1 } }],
    ["a table that is not proven", CORRUPT, "investigate", { crossing: { ...crossing, tablesProven: 1 } }],
    ["a SQLite file that was written meanwhile", CORRUPT, "investigate", { wayBack: { ...wayBack, sqliteAfter: "b" } }],
    [
      "a dump that could not be made",
      BACK,
      "investigate",
      { wayBack: { ...wayBack, dump: null, restored: null, untested: "no pg_dump" } },
    ],
    ["a way back that nobody tried", BACK, "not measured", { wayBack: null }],
  ])("%s", (_, row, verdict, spoilt) => {
    expect(verdicts(spoilt)).toEqual(only(row, verdict));
    expect(overall(decide({ ...wellDone, ...spoilt }, defaults))).toBe(verdict === "no-go" ? "no-go" : "go");
  });

  it("takes a restored dump with other rows for corruption and for no way back", () => {
    const restored = { seconds: 1, tables: 2, rows: 9, different: ["users"] };
    const rows = verdicts({ wayBack: { ...wayBack, restored } });
    expect([rows[CORRUPT], rows[BACK]]).toEqual(["no-go", "no-go"]);
  });

  it("takes a query that is slower by no more than a round trip for what it is", () => {
    expect(verdicts({ comparisons: [compared("by key", 0.01, 0.9)] })).toEqual(GO);
    const [, , , row] = decide({ ...wellDone, comparisons: [compared("by key", 0.01, 0.9)] }, defaults);
    expect(row!.measured).toContain("round trip");
  });

  it("follows the thresholds of landbridge.yaml", () => {
    const strict = thresholdsOf({ thresholds: { rowMismatchPercent: 0, slowerPercent: 10, slowerMilliseconds: 0 } });
    const few = { ...crossing, rowsWritten: 999, rowsRejected: 1 };
    expect(verdicts({ crossing: few }, strict)[MANY]).toBe("no-go");
    expect(verdicts({ comparisons: [compared("q", 10, 11.5)] }, strict)[SLOW]).toBe("no-go");
    const lax = thresholdsOf({ thresholds: { errorPercent: 20, rowMismatchPercent: 5 } });
    expect(verdicts({ postgresLoad: load(100, 100, 200) }, lax)[ERRORS]).toBe("investigate");
    expect(verdicts({ crossing: { ...crossing, rowsWritten: 960 } }, lax)).toEqual(only(FEW, "investigate"));
  });
});

describe("promises beside what was measured", () => {
  const search = {
    where: "t.body",
    word: "word",
    sqliteLike: latencies(40),
    sqliteMatch: null,
    postgresLike: latencies(40),
    postgresWords: latencies(2),
  };
  const ratios = {
    sqliteLoad: load(50, 1000),
    postgresLoad: load(1000, 500),
    comparisons: [compared("a", 10, 4), compared("b", 10, 5), compared("c", 10, 20)],
    search,
  };

  it("are kept or not, by the numbers", () => {
    expect(promises(ratios).map(({ measured, kept }) => [kept, measured])).toEqual([
      ["kept", "20 times (50.0 → 1,000 per second)"],
      ["not kept", "0.50 times (1,000 → 500 per second)"],
      ["kept", "−50 % (median of 3)"],
      ["kept", "20 times (25.0 → 500 per second)"],
    ]);
  });

  it("say so where nothing was measured, and where SQLite got nothing through", () => {
    const nothing = promises({ sqliteLoad: null, postgresLoad: null, comparisons: [], search: null });
    expect(new Set(nothing.map(({ kept }) => kept))).toEqual(new Set(["not measured"]));
    expect(promises({ ...ratios, sqliteLoad: load(0, 0) })[0]!.kept).toBe("kept");
  });
});
