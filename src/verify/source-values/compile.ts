/** The canonical source value of a column: (source form, target type, SQLite value) → bytes. */
import type { PlanColumn, Policies } from "../../plan/model.ts";
import type { Encoding } from "../../source/model.ts";
import { jsonArray } from "./arrays.ts";
import { decimal } from "./decimal.ts";
import { json } from "./json.ts";
import { epoch, isoDate, isoDateTime, isoMoment, isoTime, julian } from "./moments.ts";
import { booleanInteger, booleanMixed, booleanText, fourBytes, integer, real } from "./numbers.ts";
import { anyAsBytes, anyAsText, blob, storedBytes, text, unpadded } from "./text.ts";
import { uuid, uuidMixed } from "./uuid.ts";
import { refuse, type SourceWriter } from "./value.ts";
import { jsonVector, packedVector } from "./vectors.ts";

/** The writer for one column's values; a value outside the column's form is written as one without an equal. */
export const sourceWriter = (column: PlanColumn, policies: Policies, encoding: Encoding): SourceWriter => {
  const write = writerOf(column, policies, encoding);
  if (column.emptyAsNull) return emptyAsNull(write, column.notNull);
  return (value, out) => (value === null ? out.nothing() : write(value, out));
};

/** A row whose empty text is NULL now is a cleaned one; where NULL may not be, it stays behind. */
const emptyAsNull =
  (write: SourceWriter, notNull: boolean): SourceWriter =>
  (value, out) => {
    if (value === null) return out.nothing();
    if (value !== "") return write(value, out);
    if (notNull) return refuse(value, out);
    out.cleaned = true;
    out.nothing();
  };

const writerOf = (
  column: Pick<PlanColumn, "form" | "type" | "notNull">,
  policies: Policies,
  encoding: Encoding,
): SourceWriter => {
  const { form, type } = column;
  switch (form.kind) {
    case "integer":
      return type.name === "numeric" ? onlyIntegers : type.name === "double precision" ? real : integer;
    case "real":
      return type.name === "real" ? fourBytes : real;
    case "decimal":
      return decimal;
    case "text":
      if (type.name === "char") return unpadded(text(policies, encoding));
      return type.name === "bytea" ? storedBytes(encoding) : text(policies, encoding);
    case "blob":
      return blob;
    case "any":
      if (type.name === "char") return unpadded(anyAsText(policies, encoding));
      return type.name === "bytea" ? anyAsBytes(policies, encoding) : anyAsText(policies, encoding);
    case "boolean-integer":
      return booleanInteger;
    case "boolean-text":
      return booleanText(form);
    case "boolean-mixed":
      return booleanMixed;
    case "iso-date":
      return isoDate;
    case "iso-time":
      return isoTime(form);
    case "iso-datetime":
      return isoDateTime(form);
    case "iso-moment":
      return isoMoment(form.naive, type.name === "timestamptz");
    case "json-vector":
      return jsonVector(type);
    case "packed-vector":
      return packedVector(form.element, type);
    case "json-array":
      return jsonArray(type, (element, elementForm) =>
        writerOf({ type: element, form: elementForm, notNull: true }, policies, encoding),
      );
    case "epoch":
      return epoch(form);
    case "julian":
      return julian;
    case "uuid":
      return uuid(form.spelling);
    case "uuid-mixed":
      return uuidMixed;
    case "json":
      return type.name === "json" || type.name === "jsonb"
        ? json(type.name, form.numbers, column.notNull, policies, encoding)
        : anyAsText(policies, encoding);
  }
};

const onlyIntegers: SourceWriter = (value, out) =>
  typeof value === "bigint" || Number.isSafeInteger(value) ? decimal(value, out) : refuse(value, out);
