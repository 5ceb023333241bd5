/** DEFAULT clauses: literals by the column's spelling, the current time, and the idioms that make a random UUID. */
import { significantTokens } from "../../source/catalogue/tokens.ts";
import type { SourceForm, TargetType } from "../model.ts";
import type { Expression } from "./ast.ts";
import { Cursor } from "./cursor.ts";
import { evaluate } from "./evaluate.ts";
import { fitted } from "./fitted.ts";
import { parseExpression } from "./parse-expression.ts";
import type { Context } from "./scope.ts";
import { NOW } from "./time-value.ts";
import { refuse } from "./untranslatable.ts";
import type { Value } from "./value.ts";

/** A DEFAULT as SQLite reports it, in the column's type. */
export const defaultValue = (sql: string, type: TargetType, form: SourceForm, context: Context): string => {
  const uuid = randomUuid(sql, type, form);
  if (uuid !== null) return uuid;
  const cursor = new Cursor(sql);
  const node = parseExpression(cursor);
  cursor.end();
  if (node.node === "literal" && node.literal.kind === "blob") return blobDefault(node.literal.value, type, form);
  const value = evaluate(bareWord(node), context);
  return currentTime(value, type, form) ?? fitted(value, type, form, context);
};

/** `DEFAULT pending`: a bare word is the text of it (https://sqlite.org/lang_createtable.html allows no other reading). */
const bareWord = (node: Expression): Expression => {
  const isWord =
    node.node === "column" && node.table === null && node.quoted !== "other" && !/^(?:true|false)$/i.test(node.name);
  return isWord ? { node: "literal", literal: { kind: "text", value: node.name } } : node;
};

const blobDefault = (hex: string, type: TargetType, form: SourceForm): string => {
  if (type.name === "bytea") return `'\\x${hex}'::bytea`;
  return type.name === "uuid" && form.kind === "uuid" && form.spelling === "blob" && hex.length === 32
    ? `'${hex}'::uuid`
    : refuse(`a BLOB for a ${type.name} column`);
};

/** The current time for a column of a date or time type, whichever spelling of it SQLite would write: as fine as SQLite's. */
export const currentTime = (value: Value, type: TargetType, form: SourceForm): string | null => {
  const moment = value.moment;
  if (moment === null || !moment.sql.includes(NOW)) return null;
  const isEpoch = moment.form?.kind === "epoch";
  if (isEpoch !== (form.kind === "epoch") || (form.kind === "epoch" && form.unit !== "s")) return null;
  if (type.name === moment.pg) return moment.sql;
  if (type.name === "timestamptz" && moment.pg === "timestamp") return moment.sql.replaceAll(NOW, "now()");
  return null;
};

const HEX = (count: number): string => `lower\\(hex\\(randomblob\\(${count}\\)\\)\\)`;
/** Version 4 and variant by a letter of '89ab': the expression that SQLite users hand on, in its variations. */
const UUID4 = new RegExp(
  `^\\(?(?:lower\\()?${HEX(4)}\\|\\|'-'\\|\\|${HEX(2)}\\|\\|'-4'\\|\\|substr\\(${HEX(2)},2(?:,3)?\\)\\|\\|'-'\\|\\|` +
    `substr\\('(?:89ab|ab89)',(?:1\\+)?\\(?abs\\(random\\(\\)\\)%4\\)?(?:\\+1)?,1\\)\\|\\|substr\\(${HEX(2)},2(?:,3)?\\)\\|\\|'-'\\|\\|${HEX(6)}\\)?\\)?$`,
);
const HEX32 = new RegExp(`^\\(?${HEX(16)}\\)?$`);

/** randomblob() idioms, by their tokens; null for anything else. */
const randomUuid = (sql: string, type: TargetType, form: SourceForm): string | null => {
  const text = significantTokens(sql)
    .map((token) => token.text.toLowerCase())
    .join("");
  const dashed = UUID4.test(text);
  if (!dashed && !HEX32.test(text)) return null;
  if (type.name === "uuid") {
    if (form.kind === "uuid-mixed") return "gen_random_uuid()";
    const spelling = form.kind === "uuid" ? form.spelling : null;
    return spelling === (dashed ? "lower" : "hex-lower")
      ? "gen_random_uuid()"
      : refuse("a random UUID of another spelling");
  }
  if (type.name !== "text" && type.name !== "varchar") return refuse(`a random text for a ${type.name} column`);
  return dashed ? "gen_random_uuid()::text" : "replace(gen_random_uuid()::text, '-', '')";
};
