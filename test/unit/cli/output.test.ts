import { describe, expect, it } from "vitest";
import { logTo } from "../../../scripts/cli/log.ts";
import { plainProgress } from "../../../scripts/cli/plain-progress.ts";
import { progressWords } from "../../../scripts/cli/progress-words.ts";
import { redact } from "../../../scripts/cli/redact.ts";
import { closingSummary, tablesToShow } from "../../../scripts/cli/summary.ts";
import { displayWidth } from "../../../src/report/grid.ts";
import { cleanReport, failedReport, troubledReport } from "../../support/report.ts";

describe("progress", () => {
  const bytes = { kind: "progress", step: "copy", done: 62, total: 100, unit: "bytes", rows: 1_000_000 } as const;

  it("tells the share, rows, rate and time left", () => {
    expect(progressWords({ ...bytes, at: "book" }, 10)).toBe(
      "62 %, 1,000,000 rows, 100,000 rows/s, about 7.00 s left (book)",
    );
  });

  it("tells no rate in the first second, and none of an empty whole", () => {
    expect(progressWords(bytes, 0.5)).toBe("62 %, 1,000,000 rows");
    expect(progressWords({ ...bytes, done: 0, total: 0, unit: "objects" }, 9)).not.toContain("%");
  });

  it("tells how much of one long thing is done, and counts that as part of the whole", () => {
    const objects = {
      kind: "progress",
      step: "finish",
      done: 1,
      total: 4,
      unit: "objects",
      at: "items_v_idx",
    } as const;
    expect(progressWords({ ...objects, share: 0.5, underWay: 0.5 }, 3)).toBe(
      "37 %, 1 of 4 objects (items_v_idx, 50 % of it)",
    );
  });

  it("says in plain lines when steps start and end, and between only every few seconds", () => {
    let now = 0;
    const lines: string[] = [];
    const emit = plainProgress({ write: (line) => lines.push(line), verbose: false, clock: () => now });
    emit({ kind: "step-started", step: "copy" });
    for (now = 0.5; now <= 7; now += 0.5) emit({ ...bytes, done: now });
    emit({ kind: "step-finished", step: "copy", seconds: 7 });
    expect(lines[0]).toBe("copy      started");
    expect(lines.at(-1)).toBe("copy      took 7.00 s");
    expect(lines).toHaveLength(4);
  });
});

describe("passwords", () => {
  it.each([
    ["postgresql://me:s3cret@host:5432/db?sslmode=require", "postgresql://me:***@host:5432/db?sslmode=require"],
    ["postgres://me:p@ss@host/db", "postgres://me:***@host/db"],
    ["postgres://me:p/s'?s@host/db and a@b.org", "postgres://me:***@host/db and a@b.org"],
    ["postgres://me@server:s3cret@host/db", "postgres://me@server:***@host/db"],
    ['{"a":"postgres://me:p@host/db","b":"c@d"}', '{"a":"postgres://me:***@host/db","b":"c@d"}'],
    ["postgresql://me@host:5432/db", "postgresql://me@host:5432/db"],
    ["host=a password='two words' user=b", "host=a password=*** user=b"],
    ["PGPASSWORD=s3cret psql", "PGPASSWORD=*** psql"],
    ["CREATE ROLE a PASSWORD 'it''s3cret' LOGIN", "CREATE ROLE a PASSWORD '***' LOGIN"],
    ["ALTER USER a password E's3cret", "ALTER USER a password '***'"],
    ["nothing to hide at 10:30, a@b.org", "nothing to hide at 10:30, a@b.org"],
  ])("are taken out of %s", (text, without) => {
    expect(redact(text)).toBe(without);
  });

  it("never reach the log, by key or within a text", () => {
    let written = "";
    const logger = logTo({
      write: (line) => {
        written += line;
      },
    });
    logger.info({ target: { password: "s3cret" }, config: { a: "s3cret" } }, "to postgresql://me:s3cret@host/db");
    logger.error({ err: new Error("cannot reach postgresql://me:s3cret@host/db") }, "failed");
    expect(written).not.toContain("s3cret");
    expect(written).toContain("postgresql://me:***@host/db");
  });
});

describe("the closing summary", () => {
  it.each([60, 100, 160])("keeps its tables within %d cells", (width) => {
    for (const report of [cleanReport, troubledReport, failedReport])
      for (const line of closingSummary(report, width).split("\n").slice(0, 18))
        expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });

  it("says how to look at an embedded target, and at another one without its password", () => {
    expect(closingSummary({ ...cleanReport, nextSteps: [] }, 100)).toContain("npm run pg -- psql");
    const target = { ...cleanReport.target, embedded: false, display: "postgresql://me@db.example.org/app" };
    expect(closingSummary({ ...cleanReport, target }, 100)).toContain('psql "postgresql://me@db.example.org/app"');
    expect(closingSummary({ ...failedReport, nextSteps: [] }, 100)).not.toContain("psql");
  });

  it("says of a run that broke off before its first row that it did, without a table of zeros", () => {
    const tables = cleanReport.tables.map((table) => ({ ...table, rowsRead: 0, rowsWritten: 0 }));
    const text = closingSummary({ ...failedReport, tables, findings: troubledReport.findings }, 100);
    expect(text).not.toContain("Table  ");
    expect(text).not.toContain("What deserves a decision");
    expect(text).toContain("Failed in");
    expect(closingSummary({ ...failedReport, tables: cleanReport.tables }, 100)).toContain("Table  ");
  });

  it("shows of thousands of tables those with trouble and the largest", () => {
    const [one] = cleanReport.tables;
    const many = Array.from({ length: 3000 }, (_, index) => ({ ...one!, name: `t${index}`, rowsRead: index }));
    many[5] = { ...many[5]!, rowsRejected: 1 };
    many[6] = { ...many[6]!, proof: "different" };
    const names = tablesToShow(many).map(({ name }) => name);
    expect(names).toHaveLength(22);
    expect(names.slice(0, 3)).toEqual(["t5", "t6", "t2980"]);
    expect(closingSummary({ ...cleanReport, tables: many }, 100)).toContain("3,000 tables, 2,978 of them not shown");
  });

  it("says why rows were rejected, the commonest reason first, with one row to look at", () => {
    const row = (table: string, column: string, id: number) => ({
      table,
      key: { id },
      column,
      code: "NOT_JSONB",
      message: "JSON that jsonb would change",
    });
    const [table] = cleanReport.tables;
    const rejected = { ...troubledReport, tables: [{ ...table!, rowsRejected: 3 }] };
    const rejectedRows = [row("a", "x", 1), row("b", "y", 7), row("b", "y", 8)];
    const text = closingSummary({ ...rejected, rejectedRows }, 100);
    expect(text).toContain("b.y: 2 rows, e.g. id=7: NOT_JSONB: JSON that jsonb would change");
    expect(text.indexOf("b.y: 2 rows")).toBeLessThan(text.indexOf("a.x: 1 row"));
    expect(closingSummary({ ...rejected, rejectedRows: rejectedRows.slice(1) }, 100)).toContain("b.y: at least 2 rows");
    expect(closingSummary(cleanReport, 100)).not.toContain("Rejected rows");
  });

  it("says what differs, with one row to look at, and shows no value", () => {
    const differences = [
      { table: "a", key: "id=4", column: "x", kind: "value" as const, source: "private", target: "" },
      { table: "b", key: "id=9", column: null, kind: "unexpected" as const, source: "", target: "" },
    ];
    const text = closingSummary({ ...troubledReport, differences, differenceCount: 2 }, 100);
    expect(text).toContain("a.x: 1 row, e.g. id=4: the values differ");
    expect(text).toContain("b: 1 row, e.g. id=9: the row is in PostgreSQL alone");
    expect(text).not.toContain("private");
  });

  it("says of a dry run what was found and where it would go, and of no proof", () => {
    const [table] = cleanReport.tables;
    const tables = [
      { ...table!, name: "old", target: "fresh", rowsRead: 1234 },
      { ...table!, name: "left", target: "" },
    ];
    const text = closingSummary({ ...cleanReport, status: "planned", tables }, 100);
    expect(text).toMatch(/old +1,234 +fresh/);
    expect(text).toMatch(/left .*\(not copied\)/);
    expect(text).not.toContain("Proof");
  });

  it("names at most ten kinds of findings, and no mere information", () => {
    const findings = Array.from({ length: 300 }, (_, index) => ({
      code: `CODE_${index % 15}`,
      severity: "suggestion" as const,
      where: `t${index}.c`,
      message: "m",
      remedy: "r",
      count: 1,
    }));
    const text = closingSummary(
      { ...cleanReport, findings: [...findings, { ...findings[0]!, code: "X_INFO", severity: "info" }] },
      100,
    );
    expect(text.match(/suggestion CODE_/g)).toHaveLength(10);
    expect(text).toContain("and 5 more kinds");
    expect(text).toContain("(and 19 more places)");
    expect(text).not.toContain("X_INFO");
  });
});
