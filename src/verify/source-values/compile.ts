/** The canonical source value of a column: (source form, target type, SQLite value) → bytes. */
import type { PlanColumn, Policies } from "../../plan/model.ts";
import type { Encoding } from "../../source/model.ts";
import { decimal } from "./decimal.ts";
import { json } from "./json.ts";
import { epoch, isoDate, isoDateTime, isoTime, julian } from "./moments.ts";
import { booleanInteger, booleanText, integer, real } from "./numbers.ts";
import { anyAsBytes, anyAsText, blob, storedBytes, text } from "./text.ts";
import { uuid } from "./uuid.ts";
import { refuse, type SourceWriter } from "./value.ts";

/** The writer for one column's values; a value outside the column's form is written as one without an equal. */
export const sourceWriter = (column: PlanColumn, policies: Policies, encoding: Encoding): SourceWriter => {
  const write = writerOf(column, policies, encoding);
  return (value, out) => (value === null ? out.nothing() : write(value, out));
};

const writerOf = (column: PlanColumn, policies: Policies, encoding: Encoding): SourceWriter => {
  const { form, type } = column;
  switch (form.kind) {
    case "integer":
      return type.name === "numeric" ? onlyIntegers : type.name === "double precision" ? real : integer;
    case "real":
      return real;
    case "decimal":
      return decimal;
    case "text":
      return type.name === "bytea" ? storedBytes(encoding) : text(policies, encoding);
    case "blob":
      return blob;
    case "any":
      return type.name === "bytea" ? anyAsBytes(policies, encoding) : anyAsText(policies, encoding);
    case "boolean-integer":
      return booleanInteger;
    case "boolean-text":
      return booleanText(form);
    case "iso-date":
      return isoDate;
    case "iso-time":
      return isoTime(form);
    case "iso-datetime":
      return isoDateTime(form);
    case "epoch":
      return epoch(form);
    case "julian":
      return julian;
    case "uuid":
      return uuid(form.spelling);
    case "json":
      return type.name === "json" || type.name === "jsonb"
        ? json(type.name, form.numbers, column.notNull, policies, encoding)
        : anyAsText(policies, encoding);
  }
};

const onlyIntegers: SourceWriter = (value, out) =>
  typeof value === "bigint" || Number.isSafeInteger(value) ? decimal(value, out) : refuse(value, out);
