/** Rows of landbridge.rejects, matched with stored rows by the originals that they carry. */
import type { Client } from "pg";
import { canonicalJson } from "./json.ts";
import { exactDecimal } from "./numbers.ts";
import type { SourceFile, Stored } from "./source.ts";
import { decode } from "./text.ts";

const LONGEST = 1 << 20;

/** How often each original was rejected, by its canonical JSON. */
export const rejectedRows = async (client: Client, runId: string, table: string): Promise<Map<string, number>> => {
  const { rows } = await client.query<{ original: string }>(
    "SELECT original::text AS original FROM landbridge.rejects WHERE run_id = $1 AND source_table = $2",
    [runId, table],
  );
  const counts = new Map<string, number>();
  for (const { original } of rows) {
    const key = canonicalJson(original) ?? original;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
};

/** A stored row as the ledger spells originals, in canonical JSON. */
export const storedKey = (names: readonly string[], row: readonly Stored[], encoding: SourceFile["encoding"]): string =>
  `{${names
    .map((name, i) => `${JSON.stringify(name)}:${spelled(row[i] ?? { is: "null" }, encoding)}`)
    .sort()
    .join(",")}}`;

const spelled = (value: Stored, encoding: SourceFile["encoding"]): string => {
  switch (value.is) {
    case "null":
      return "null";
    case "integer":
      return exactDecimal(String(value.value)) ?? "";
    case "real":
      if (Object.is(value.value, -0)) return '{"$real":"-0"}';
      return Number.isFinite(value.value) ? (exactDecimal(String(value.value)) ?? "") : `{"$real":"${value.value}"}`;
    default: {
      const { is, bytes } = value;
      if (bytes.length > LONGEST) return `{"$omitted":{"bytes":${exactDecimal(String(bytes.length))},"class":"${is}"}}`;
      const text = is === "text" ? decode(bytes, encoding) : null;
      if (text !== null && !text.includes("\0")) return JSON.stringify(text);
      return `{"$${is}":"${bytes.toString("hex")}"}`;
    }
  }
};
