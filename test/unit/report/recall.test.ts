/** What indexes over vectors find: a section of its own in text and on the page. */
import { describe, expect, it } from "vitest";
import { htmlReport } from "../../../src/report/html.ts";
import type { RunReport } from "../../../src/report/model.ts";
import { textReport } from "../../../src/report/text.ts";
import type { RecallProof } from "../../../src/verify/recall/model.ts";
import { cleanReport, hostileReport } from "../../support/report.ts";

const compared: RecallProof = {
  table: "chunks",
  column: "embedding",
  index: "chunks_embedding_idx",
  metric: "cosine",
  neighbours: 10,
  rows: 20_000,
  queries: 20,
  recall: 0.985,
  recallWithoutIndex: 1,
  notCompared: null,
};
const large: RecallProof = {
  ...compared,
  column: "picture",
  index: "chunks_picture_idx",
  queries: 0,
  recall: null,
  recallWithoutIndex: null,
  notCompared: "20000000 rows of 768 dimensions are more than is searched row by row",
};
const report: RunReport = { ...cleanReport, recall: [compared, large] };

describe("vector search in the report", () => {
  it("tells each index with its metric, queries, k and both recalls", () => {
    const lines = textReport(report).split("\n");
    const row = lines.find((line) => line.startsWith("chunks.embedding"));
    expect(row?.split(/ {2,}/)).toEqual([
      "chunks.embedding",
      "chunks_embedding_idx",
      "cosine",
      "20",
      "10",
      "0.985",
      "1.000",
    ]);
    const cells = /<td class="mono">chunks_embedding_idx<\/td>(.*?)<\/tr>/.exec(htmlReport(report))?.[1];
    expect(cells?.match(/(?<=>)[^<>]+/g)).toEqual(["cosine", "20", "10", "0.985", "1.000"]);
  });

  it("gives no figures for an index that was not compared, but the reason", () => {
    const text = textReport(report).replaceAll(/\n +/g, " ");
    expect(text).toContain("- chunks.picture: not compared: 20000000 rows of 768 dimensions are more");
    expect(htmlReport(report)).toContain("chunks_picture_idx: not compared: 20000000 rows");
    expect(htmlReport({ ...report, recall: [large] })).not.toContain("0.000");
  });

  it("has no section where there is no such index", () => {
    for (const words of [textReport(cleanReport), htmlReport(cleanReport)])
      expect(words).not.toContain("Vector search");
  });

  it("passes no control character or markup of a name on", () => {
    const nasty = hostileReport.tables.map(({ name }) => ({
      ...{ ...compared, table: name, column: name, index: name },
    }));
    const hostile = { ...cleanReport, recall: [...nasty, { ...large, notCompared: nasty[0]!.table }] };
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(textReport(hostile)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2066]/);
    expect(htmlReport(hostile)).not.toMatch(/<(img|script src|b>)/);
  });
});
