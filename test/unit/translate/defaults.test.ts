import { describe, expect, it } from "vitest";
import type { SourceForm, TargetType } from "../../../src/plan/model.ts";
import { translateDefault } from "../../../src/plan/translate/expression.ts";

const integer = [{ name: "bigint" }, { kind: "integer" }] as const;
const real = [{ name: "double precision" }, { kind: "real" }] as const;
const decimal = [{ name: "numeric", precision: 5, scale: 2 }, { kind: "decimal" }] as const;
const text = [{ name: "text" }, { kind: "text" }] as const;
const short = [{ name: "varchar", length: 3 }, { kind: "text" }] as const;
const blob = [{ name: "bytea" }, { kind: "blob" }] as const;
const boolean = [{ name: "boolean" }, { kind: "boolean-integer" }] as const;
const date = [{ name: "date" }, { kind: "iso-date" }] as const;
const second: SourceForm = { kind: "iso-datetime", separator: " ", seconds: true, fraction: 0, zone: "" };
const timestamp = [{ name: "timestamp" }, second] as const;
const timestamptz = [{ name: "timestamptz" }, { ...second, zone: "Z" }] as const;
const epoch = [{ name: "timestamp" }, { kind: "epoch", unit: "s", storage: "integer" }] as const;
const uuid = [{ name: "uuid" }, { kind: "uuid", spelling: "lower" }] as const;
const hexUuid = [{ name: "uuid" }, { kind: "uuid", spelling: "hex-lower" }] as const;
const jsonb = [{ name: "jsonb" }, { kind: "json", numbers: false }] as const;

const NOW = "(now() AT TIME ZONE 'UTC')";
const UUID4 =
  "(lower(hex(randomblob(4))) || '-' || lower(hex(randomblob(2))) || '-4' || substr(lower(hex(randomblob(2))),2) || '-' || substr('89ab',abs(random()) % 4 + 1, 1) || substr(lower(hex(randomblob(2))),2) || '-' || lower(hex(randomblob(6))))";

type Case = readonly [string, readonly [TargetType, SourceForm], string];

const TRANSLATED: readonly Case[] = [
  ["NULL", integer, "NULL"],
  ["null", text, "NULL"],
  ["(null)", text, "NULL"],
  ["''", text, "''"],
  ['""', text, "''"],
  ['"x"', text, "'x'"],
  ["pending", text, "'pending'"],
  ["'it''s'", text, "'it''s'"],
  ["'a\\b'", text, "E'a\\\\b'"],
  ["'0'", integer, "0"],
  ["-1", integer, "-1"],
  ["+7", integer, "7"],
  ["1.0", integer, "1"],
  ["-9223372036854775808", integer, "'-9223372036854775808'::bigint"],
  ["0x10", integer, "16"],
  ["5", text, "'5'"],
  ["'abc'", short, "'abc'"],
  ["'0.0'", real, "0"],
  ["-1.5e3", real, "-1500"],
  ["9e999", real, "'Infinity'"],
  ["1.25", decimal, "1.25"],
  ["x'00ff'", blob, "'\\x00ff'::bytea"],
  ["0", boolean, "false"],
  ["1", boolean, "true"],
  ["TRUE", boolean, "true"],
  ["false", boolean, "false"],
  ["'true'", boolean, "true"],
  ["'f'", boolean, "false"],
  ["T", boolean, "true"],
  ["'2024-02-29'", date, "'2024-02-29'::date"],
  ["'2024-01-01 00:00:00'", timestamp, "'2024-01-01 00:00:00'::timestamp"],
  ["0", epoch, "'1970-01-01 00:00:00'::timestamp"],
  ["CURRENT_TIMESTAMP", timestamp, `date_trunc('second', ${NOW})`],
  ["(datetime('now'))", timestamp, `date_trunc('second', ${NOW})`],
  ["DATETIME('NOW')", timestamptz, "date_trunc('second', now())"],
  ["STRFTIME('%Y-%m-%d %H:%M:%f','NOW')", timestamp, `date_trunc('milliseconds', ${NOW})`],
  ["CURRENT_DATE", date, `${NOW}::date`],
  ["current_timestamp", text, `to_char(${NOW}, 'YYYY-MM-DD HH24:MI:SS')`],
  ["unixepoch()", integer, `floor(extract(epoch FROM ${NOW}))::bigint`],
  ["(strftime('%s','now'))", epoch, `date_trunc('second', ${NOW})`],
  ["lower(hex(randomblob(16)))", hexUuid, "gen_random_uuid()"],
  ["(lower(hex(randomblob(16))))", text, "replace(gen_random_uuid()::text, '-', '')"],
  [UUID4, uuid, "gen_random_uuid()"],
  [UUID4, text, "gen_random_uuid()::text"],
  ["'{}'", jsonb, "'{}'::jsonb"],
  ["(1 + 2)", integer, "(1::bigint + 2)"],
];

const REFUSED: readonly Case[] = [
  ["'abc'", integer, "'abc' is no value"],
  ["1.5", integer, "1.5 is no value"],
  ["9223372036854775808", integer, "is no value"],
  ["'long'", short, "'long' is no value"],
  ["1.255", decimal, "1.255 is no value"],
  ["2", boolean, "2 is no value"],
  ["'maybe'", boolean, "'maybe' is no value"],
  ["'2023-02-29'", date, "is no value"],
  ["''", timestamp, "'' is no value"],
  ["'{'", jsonb, "is no value"],
  ["datetime('now', 'localtime')", timestamp, "time zone of the machine"],
  ["random()", integer, "another number each time"],
  ["hex(randomblob(4))", text, "gen_random_uuid()"],
  ["lower(hex(randomblob(16)))", uuid, "another spelling"],
  ["CURRENT_TIMESTAMP", integer, "a text value for a bigint column"],
  ["x'00'", text, "a BLOB for a text column"],
  ["'open", text, "cannot be read"],
];

describe("translateDefault", () => {
  it.each(TRANSLATED)("renders %s for its column", (sql, [type, form], expected) => {
    expect(translateDefault(sql, type, form)).toMatchObject({ ok: true, sql: expected });
  });

  it.each(REFUSED)("refuses %s with a reason", (sql, [type, form], reason) => {
    const translation = translateDefault(sql, type, form);
    expect(translation.ok ? translation.sql : translation.reason).toContain(reason);
  });
});
