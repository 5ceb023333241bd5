import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { groupFindings } from "../../../src/report/groups.ts";
import { jsonReport, toJson } from "../../../src/report/json.ts";
import { totals, verdict } from "../../../src/report/verdict.ts";
import { writeReports } from "../../../src/report/write.ts";
import { cleanReport, failedReport, hostileReport, troubledReport } from "../../support/report.ts";

describe("the JSON report", () => {
  it("has the fields that are promised", () => {
    const document = JSON.parse(jsonReport(cleanReport)) as Record<string, unknown>;
    expect(Object.keys(document)).toEqual(
      expect.arrayContaining([
        "status",
        "exitCode",
        "runId",
        "source",
        "target",
        "tables",
        "findings",
        "timings",
        "reports",
      ]),
    );
    expect(document["source"]).toEqual(cleanReport.source);
  });

  it("keeps integers of any size exact", () => {
    expect(toJson({ id: 9_007_199_254_740_993n })).toBe('{\n  "id": 9007199254740993\n}\n');
  });

  it("shortens huge values", () => {
    expect(jsonReport(hostileReport).length).toBeLessThan(200_000);
  });
});

describe("the written reports", () => {
  it("are three whole files that name themselves, and nothing else", async () => {
    const directory = join(mkdtempSync(join(tmpdir(), "landbridge-reports-")), "made");
    const paths = await writeReports(cleanReport, directory, new Date("2026-11-21T04:52:07.999Z"));
    const names = ["txt", "json", "html"].map((ending) => `migration_report_20261121_045207.${ending}`);
    expect(paths.map((path) => basename(path))).toEqual(names);
    expect(readdirSync(directory).sort()).toEqual([...names].sort());
    expect((JSON.parse(readFileSync(paths[1]!, "utf8")) as { reports: string[] }).reports).toEqual(paths);
    rmSync(directory, { recursive: true });
  });
});

describe("the verdict", () => {
  it("is proven only where every table is", () => {
    expect(verdict(cleanReport).word).toBe("Done and proven");
    const [first, ...others] = cleanReport.tables;
    expect(verdict({ ...cleanReport, tables: [{ ...first!, proof: "counted" }, ...others] })).toMatchObject({
      word: "Done",
      tone: "calm",
    });
  });

  it("does not ask for a proof of tables that are not to cross", () => {
    const shadow = { ...cleanReport.tables[0]!, target: "", proof: "skipped" as const, rowsRead: 0, rowsWritten: 0 };
    const report = { ...cleanReport, tables: [...cleanReport.tables, shadow] };
    expect(verdict(report).word).toBe("Done and proven");
    expect(totals(report).tables).toBe(4);
  });

  it("counts what is wrong", () => {
    expect(verdict(troubledReport).headline).toBe(
      "Finished, but 2 rows did not cross, 2 rows differ and 1 constraint or index is not in force.",
    );
  });

  it("says the first error of a failure", () => {
    expect(verdict(failedReport).detail).toMatch(/^TARGET_LOST: /);
  });

  it("sums the tables", () => {
    expect(totals(troubledReport)).toMatchObject({
      rowsRead: 87_100,
      rowsWritten: 87_098,
      rowsRejected: 2,
      seconds: 2.6,
    });
  });
});

describe("findings in groups", () => {
  it("come gravest first, then the most frequent", () => {
    const groups = groupFindings(troubledReport.findings);
    expect(groups.map(({ severity }) => severity)).toEqual(["warning", "warning", "suggestion", "info"]);
    expect(groups.at(-1)).toMatchObject({ code: "MIXED_STORAGE", count: 48 });
  });
});
