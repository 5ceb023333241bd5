/** Columns that the source does not have, and tables that were expected: apart from the rest, in text, on the page and in JSON. */
import { describe, expect, it } from "vitest";
import { htmlReport } from "../../../src/report/html.ts";
import { jsonReport } from "../../../src/report/json.ts";
import type { RunReport } from "../../../src/report/model.ts";
import { textReport } from "../../../src/report/text.ts";
import { cleanReport, hostileReport } from "../../support/report.ts";

const [first, second] = cleanReport.tables;
const added = [
  {
    table: "book",
    column: "uuid",
    type: "uuid",
    reason: "added by landbridge.yaml, each row gets gen_random_uuid()",
    rows: 4000,
    filled: 4000,
  },
  {
    table: "book",
    column: "note",
    type: "<b>text</b>",
    reason: "added by landbridge.yaml, empty",
    rows: 4000,
    filled: 7,
  },
];
const report: RunReport = {
  ...cleanReport,
  objects: { ...cleanReport.objects, added },
  tables: [
    { ...first!, expected: "found" },
    { ...second!, rowsRead: 0, rowsWritten: 0, expected: "empty" },
    {
      ...first!,
      name: "branches",
      target: "",
      rowsRead: 0,
      rowsWritten: 0,
      proof: "skipped",
      columns: [],
      expected: "missing",
    },
  ],
};

describe("added columns", () => {
  it("are told with how many rows have a value, never among the types of the source", () => {
    const text = textReport(report);
    expect(text).toContain("Added: not in the source");
    expect(text).toContain("- book.uuid  uuid: a value in all 4,000 rows; added by landbridge.yaml, each row gets");
    expect(text).toContain("- book.note  <b>text</b>: a value in 7 of 4,000 rows; added by landbridge.yaml, empty");
    const page = htmlReport(report);
    expect(page).toContain("Added: not in the source");
    expect(page).toContain("book.uuid");
    expect(page).toContain("&lt;b&gt;text");
    expect(page).not.toContain("<b>text");
    expect(JSON.parse(jsonReport(report))).toMatchObject({ objects: { added } });
  });

  it("are not mentioned where there are none", () => {
    for (const words of [textReport(cleanReport), htmlReport(cleanReport), jsonReport(cleanReport)])
      expect(words).not.toMatch(/not in the source|"added"/);
  });

  it("pass no control character on", () => {
    const nasty = hostileReport.tables[0]!.name;
    const hostile = {
      ...report,
      objects: {
        ...report.objects,
        added: [{ ...added[0]!, table: nasty, column: nasty, type: nasty, reason: nasty }],
      },
    };
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(textReport(hostile)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2066]/);
  });
});

describe("expected tables", () => {
  it("are listed with their rows, without data, or as missing", () => {
    const lines = textReport(report).split("\n");
    expect(lines.find((line) => line.startsWith("branches"))).toMatch(/^branches +\(missing\)/);
    expect(lines.find((line) => line.startsWith(second!.name))).toContain("no data");
    expect(htmlReport(report)).toMatch(/branches<\/td><td class="mono"><span class="quiet">missing/);
    expect(htmlReport(report)).toContain(">no data</td>");
  });
});
