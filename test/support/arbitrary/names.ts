/** Names as an enemy would choose them. */
import fc from "fast-check";

const HOSTILE = [
  ...[
    "",
    " ",
    "a b",
    'a"b',
    "a'b",
    "a`b",
    "[a]",
    "a.b",
    "a;b",
    "--",
    "/*",
    "$1",
    "?",
    "%s",
    "%",
    "\\",
    "\\x",
    "a\nb",
    "a\tb",
  ],
  ...[
    '"; DROP TABLE x; --',
    "'; DROP SCHEMA landbridge CASCADE; --",
    "$$",
    "a,b",
    "(a)",
    "{a}",
    "a/b",
    "é",
    "É",
    "日本語",
    "😀",
  ],
  ...["rowid", "oid", "_rowid_", "xmin", "XMIN", "ctid", "tableoid", "cmin", "xmax", "landbridge_rowid", "ordinal"],
  ...["select", "SELECT", "user", "order", "table", "group", "limit", "default", "null", "true", "check", "references"],
  ...[
    "id",
    "ID",
    "Id",
    "name",
    "Name",
    "NAME",
    "userId",
    "user_id",
    "UserID",
    "t",
    "T",
    "v",
    "created_at",
    "unnamed",
    "xmin_",
  ],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "length",
    "prototype",
    "0",
    "1",
    "-1",
    "key",
    "column",
    "value",
  ],
  ...[
    "\u202Eabc",
    "e\u0301",
    "\u00E9",
    "ﬁ",
    "İ",
    "ı",
    "ß",
    "\uFEFFbom",
    "a\u00A0b",
    "pg_class",
    "pg_x",
    "information_schema",
  ],
  ...[
    "$real",
    "$text",
    "$blob",
    "$omitted",
    "row",
    "rows",
    "source",
    "target",
    "landbridge",
    "public",
    "sum",
    "now",
    "unreadable",
  ],
];

/** Names of 62 to 66 bytes that differ in the last ones, of one-byte and of longer characters. */
const LONG = [62, 63, 64, 65, 66].flatMap((bytes) => [
  `${"n".repeat(bytes - 1)}a`,
  `${"n".repeat(bytes - 1)}b`,
  `${"é".repeat(31)}${"x".repeat(bytes - 62)}`,
  `${"😀".repeat(15)}${"y".repeat(bytes - 60)}`,
]);

/** SQLite cuts a name at NUL, and turns half characters into U+FFFD. */
const spelled = fc
  .string({ unit: "binary", minLength: 1, maxLength: 12 })
  .map((text) => text.replaceAll("\0", "").toWellFormed())
  .filter((text) => !/^sqlite_/i.test(text));

export const arbitraryName = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.constantFrom(...LONG) },
  { weight: 1, arbitrary: spelled },
);
