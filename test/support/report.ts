/** Reports to test with: a plain one that went well, and one with something in every list. */
import type { ReportTable, RunReport } from "../../src/report/model.ts";

const table = (name: string, rows: number, columns: ReportTable["columns"] = [], rejected = 0): ReportTable => ({
  name,
  target: name.toLowerCase(),
  rowsRead: rows,
  rowsWritten: rows - rejected,
  rowsRejected: rejected,
  rowsCleaned: 0,
  proof: "equal",
  columns,
});

const id = {
  source: "id",
  target: "id",
  declared: "INTEGER",
  type: "bigint",
  reason: "The rowid itself; identity by default.",
};

export const cleanReport: RunReport = {
  status: "done",
  exitCode: 0,
  runId: "20261121T045207-4f2a",
  source: {
    path: "/srv/shop/data/bookshop.sqlite",
    sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    bytes: 8_912_896,
  },
  target: {
    version: "18.4",
    schema: "public",
    display: "postgresql://landbridge@127.0.0.1:54329/bookshop",
    embedded: true,
  },
  tables: [
    table("Author", 400, [id]),
    table("Book", 4_000, [
      id,
      {
        source: "price",
        target: "price",
        declared: "DECIMAL(10,2)",
        type: "numeric(10,2)",
        reason: "Every one of 4,000 numbers fits ten digits with two after the point.",
      },
      {
        source: "addedAt",
        target: "added_at",
        declared: "DATETIME",
        type: "timestamp",
        reason: "ISO text in one form throughout, YYYY-MM-DD HH:MM:SS; it renders back to the very text.",
      },
    ]),
    table("OrderLine", 31_200),
    table("Review", 9_000),
  ],
  findings: [
    {
      code: "JSON_TEXT",
      severity: "suggestion",
      where: "Book.attributes",
      message: "All 4,000 texts are JSON objects, e.g. in id=1.",
      remedy: "--accept suggestions makes the column jsonb.",
      count: 4000,
    },
    {
      code: "TRIGGER_NOT_TRANSLATED",
      severity: "warning",
      where: "trigger book_touch",
      message:
        "CREATE TRIGGER book_touch AFTER UPDATE ON Book\nBEGIN\n  UPDATE Book SET touched = 1 WHERE id = NEW.id;\nEND",
      remedy: "Write it again as a PL/pgSQL function, or move it into the application.",
      count: 1,
    },
  ],
  timings: { snapshot: 0.031, profile: 0.42, plan: 0.012, prepare: 0.25, copy: 0.61, finish: 0.38, verify: 0.83 },
  reports: [],
  differences: [],
  differenceCount: 0,
  rejectedRows: [],
  constraints: { checked: 14, valid: 14, others: [] },
  sequences: [
    { table: "book", column: "id", name: "public.book_id_seq", next: "4001", maximum: "4000", state: "ok" },
    { table: "author", column: "id", name: "public.author_id_seq", next: "401", maximum: "400", state: "ok" },
  ],
  objects: { checked: 31, others: [] },
  errors: [],
  environment: {
    landbridge: "0.1.0",
    node: "24.21.0",
    sqlite: "3.54.1",
    postgres: "18.4",
    platform: "linux x64",
    jobs: 1,
  },
  startedAt: "2026-11-21T04:52:07.000Z",
  finishedAt: "2026-11-21T04:52:09.600Z",
  snapshot: "/srv/shop/.landbridge/snapshots/bookshop-20261121_045207.sqlite",
  nextSteps: [{ command: "npm run pg -- psql", reason: "Look at the result." }],
};

export const troubledReport: RunReport = {
  ...cleanReport,
  status: "done-with-differences",
  exitCode: 3,
  tables: [
    ...cleanReport.tables,
    table("Customer", 2_500, [id], 2),
    { ...table("Payment", 12_000), proof: "different" },
    ...Array.from({ length: 8 }, (_, index) => table(`Archive${2018 + index}`, 1000 * index)),
  ],
  findings: [
    ...cleanReport.findings,
    {
      code: "ORPHAN_ROWS",
      severity: "warning",
      where: "OrderLine.bookId",
      message: "3 rows name a Book that is not there, e.g. id=17.",
      remedy: "orphans: quarantine | null | fail in landbridge.yaml.",
      count: 3,
    },
    ...["Customer", "Payment", "Archive2018", "Archive2019"].map((name) => ({
      code: "MIXED_STORAGE",
      severity: "info" as const,
      where: `${name}.note`,
      message: "Holds 12 integers among texts; text holds all of them.",
      remedy: "",
      count: 12,
    })),
  ],
  rejectedRows: [
    {
      table: "Customer",
      key: { id: 17 },
      column: "name",
      code: "NUL_IN_TEXT",
      message: "Text with a NUL character at 5.",
    },
    {
      table: "Customer",
      key: { id: 19 },
      column: "born",
      code: "DATE_FORM",
      message: "“yesterday” is no YYYY-MM-DD date.",
    },
  ],
  differences: [
    { table: "Payment", key: "id = 8", column: "amount", source: "19.990", target: "19.99", kind: "value" },
    { table: "Payment", key: "id = 9", column: null, source: "", target: "", kind: "missing" },
  ],
  differenceCount: 2,
  constraints: {
    checked: 15,
    valid: 14,
    others: [
      {
        table: "order_line",
        name: "order_line_book_id_fkey",
        kind: "foreign key",
        state: "invalid",
        message: "3 rows name a parent that is not there",
      },
    ],
  },
};

export const failedReport: RunReport = {
  ...cleanReport,
  status: "failed",
  exitCode: 1,
  tables: cleanReport.tables.map((one) => ({ ...one, proof: "skipped" })),
  timings: { snapshot: 0.031, profile: 0.42, plan: 0.012, prepare: 0.25 },
  errors: [
    {
      code: "TARGET_LOST",
      message:
        "The server closed the connection while table “OrderLine” was copied, and did not come back within 60 s.",
      remedy: "Bring it back, then go on with: npm run migrate -- bookshop.sqlite --resume",
    },
  ],
  nextSteps: [{ command: "npm run migrate -- bookshop.sqlite --resume", reason: "Go on where it stopped." }],
};

const nasty = [
  "</script><script>document.title='owned'</script>",
  '"><img src=x onerror="document.title=\'owned\'">',
  "' onmouseover='document.title=1' x='",
  "]]><!-- --><svg onload=\"document.title='owned'\">",
  "\u202egnp.exe\u2066\u0000\u001b[31mred\u0007\n\rline",
  "&lt;b&gt; &amp; {{constructor}} <style>*{display:none}</style>",
  "lone \ud83d surrogate",
] as const;

/** Every text field, as names and as values, is hostile; one of them has ten million characters. */
export const hostileReport: RunReport = {
  ...troubledReport,
  source: { ...cleanReport.source, path: `/tmp/${nasty[0]}.sqlite` },
  target: { ...cleanReport.target, schema: nasty[1], display: nasty[3] },
  tables: nasty.map((name) => ({
    ...table(name, 1, [{ source: name, target: name, declared: name, type: name, reason: name }]),
    target: name,
  })),
  findings: nasty.map((text) => ({
    code: "HOSTILE",
    severity: "warning",
    where: text,
    message: text,
    remedy: text,
    count: 1,
  })),
  rejectedRows: nasty.map((text) => ({
    table: text,
    key: { [text]: text },
    column: text,
    code: "HOSTILE",
    message: text,
  })),
  differences: [
    ...nasty.map((text) => ({
      table: text,
      key: text,
      column: text,
      source: text,
      target: text,
      kind: "value" as const,
    })),
    { table: "t", key: "id = 1", column: "big", source: "<b>".repeat(3_400_000), target: "", kind: "value" },
  ],
  differenceCount: nasty.length + 1,
  constraints: {
    checked: nasty.length,
    valid: 0,
    others: nasty.map((text) => ({ table: text, name: text, kind: "check", state: "missing", message: text })),
  },
  sequences: nasty.map((text) => ({
    table: text,
    column: text,
    name: text,
    next: "1",
    maximum: "9",
    state: "behind",
  })),
  objects: {
    checked: nasty.length,
    others: nasty.map((text) => ({ kind: "view", name: text, state: "missing", message: text })),
  },
  errors: nasty.map((text) => ({ code: "HOSTILE", message: text, remedy: text })),
  snapshot: nasty[2],
  nextSteps: nasty.map((text) => ({ command: text, reason: text })),
};
