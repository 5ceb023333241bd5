/**
 * One row encoder per table, put together once from its plan: a field encoder per column, and the rules of the row around
 * them.
 */
import type { PlanColumn, PlanTable, Policies } from "../../plan/model.ts";
import type { Encoding } from "../../source/model.ts";
import { arrayEncoder } from "./arrays.ts";
import { booleanIntegerEncoder, booleanMixedEncoder, booleanTextEncoder } from "./booleans.ts";
import type { CopyBuffer } from "./buffer.ts";
import { byteaEncoder } from "./bytes.ts";
import { jsonEncoder } from "./documents.ts";
import { emptyEncoder } from "./empty-texts.ts";
import { epochEncoder } from "./epochs.ts";
import { bigintEncoder, doubleEncoder, realEncoder, smallIntegerEncoder } from "./integers.ts";
import { isoDateEncoder, isoDateTimeEncoder, isoTimeEncoder } from "./iso.ts";
import { isoMomentEncoder } from "./iso-moments.ts";
import { julianEncoder } from "./julian.ts";
import { mixedBytesEncoder, mixedTextEncoder } from "./mixed.ts";
import { labelEncoder, roundEncoder, unpaddedEncoder } from "./modifiers.ts";
import { numericEncoder } from "./numeric.ts";
import { CLEANED, type FieldEncoder, Problem, type Reject, type SqliteValue } from "./reject.ts";
import { type TextRules, textEncoder } from "./texts.ts";
import { uuidEncoder, uuidMixedEncoder } from "./uuids.ts";
import { jsonVectorEncoder, packedVectorEncoder } from "./vectors.ts";

/** PostgreSQL's limit for one value and for one row (MaxAllocSize), less what a row's own headers may take. */
const MAX_ROW_BYTES = 0x3fffffff - (1 << 20);
/** Room for any field of fixed size: length, and at most 16 bytes. */
const FIXED_FIELD = 20;

export interface RowEncoder {
  /**
   * Appends one row: the copied columns first and in their order, whatever follows is not looked at. A row that cannot cross
   * leaves nothing in the buffer. @returns null, CLEANED, or why the row stays behind
   */
  readonly encode: (row: readonly SqliteValue[], out: CopyBuffer) => null | typeof CLEANED | Reject;
}

/** The columns whose values are copied; generated ones are the server's to make. */
export const copiedColumns = (table: PlanTable): readonly PlanColumn[] =>
  table.columns.filter(({ generated }) => generated === null);

/** @param encoding the source file's text encoding */
export const compileEncoder = (table: PlanTable, policies: Policies, encoding: Encoding): RowEncoder => {
  const columns = copiedColumns(table);
  const fields = columns.map((column) => fieldEncoder(column, { policies, encoding }));
  const notNull = columns.map((column) => column.notNull);
  const count = columns.length;
  const reject = (at: number, { code, message }: Problem): Reject => ({ column: columns[at]!.source, code, message });

  const encode: RowEncoder["encode"] = (row, out) => {
    const start = out.length;
    out.reserve(2 + count * FIXED_FIELD);
    out.writeInt16(count);
    let cleaned: null | typeof CLEANED = null;
    for (let i = 0; i < count; i++) {
      const value = row[i]!;
      if (value !== null) {
        out.reserve(FIXED_FIELD);
        const outcome = fields[i]!(value, out);
        if (outcome === null) continue;
        if (outcome !== CLEANED) {
          out.length = start;
          return reject(i, outcome);
        }
        cleaned = CLEANED;
      } else if (notNull[i]) {
        out.length = start;
        return reject(i, new Problem("NULL_NOT_ALLOWED", "NULL in a column that is NOT NULL"));
      } else {
        out.reserve(FIXED_FIELD);
        out.writeInt32(-1);
      }
    }
    if (out.length - start <= MAX_ROW_BYTES) return cleaned;
    const bytes = out.length - start;
    out.length = start;
    return {
      column: null,
      code: "VALUE_TOO_LARGE",
      message: `a row of ${bytes} bytes, PostgreSQL holds less than 1 GB`,
    };
  };
  return { encode };
};

const fieldEncoder = (column: PlanColumn, rules: TextRules): FieldEncoder => {
  const encode = typedEncoder(column, rules);
  return column.emptyAsNull ? emptyEncoder(column.notNull, encode) : encode;
};

const typedEncoder = (column: PlanColumn, rules: TextRules): FieldEncoder => {
  const { type } = column;
  const encode = formEncoder(column, rules);
  switch (type.name) {
    case "char":
      return unpaddedEncoder(encode);
    case "enum":
      return labelEncoder(type.labels, encode);
    case "time":
    case "timestamp":
    case "timestamptz":
      return type.precision === undefined ? encode : roundEncoder(type.precision, encode);
    default:
      return encode;
  }
};

/** A value by its form; what its type asks besides is the caller's. */
const formEncoder = (column: Pick<PlanColumn, "form" | "type" | "notNull">, rules: TextRules): FieldEncoder => {
  const { form, type } = column;
  const length = type.name === "varchar" || type.name === "char" ? type.length : null;
  switch (form.kind) {
    case "integer":
    case "real":
    case "decimal":
      return numberEncoder(column);
    case "text":
      return textEncoder(rules, length);
    case "blob":
      return byteaEncoder;
    case "any":
      return type.name === "bytea" ? mixedBytesEncoder(rules) : mixedTextEncoder(rules, length);
    case "boolean-integer":
      return booleanIntegerEncoder;
    case "boolean-text":
      return booleanTextEncoder(form.false, form.true);
    case "boolean-mixed":
      return booleanMixedEncoder;
    case "iso-date":
      return isoDateEncoder;
    case "iso-time":
      return isoTimeEncoder(form);
    case "iso-datetime":
      return isoDateTimeEncoder(form.separator, form);
    case "iso-moment":
      return isoMomentEncoder(form.naive, type.name === "timestamp" ? "timestamp" : "timestamptz");
    case "json-vector":
      return jsonVectorEncoder(type);
    case "packed-vector":
      return packedVectorEncoder(form.element, type);
    case "json-array":
      return arrayEncoder(type, (element, elementForm) =>
        formEncoder({ type: element, form: elementForm, notNull: true }, rules),
      );
    case "epoch":
      return epochEncoder(form);
    case "julian":
      return julianEncoder;
    case "uuid":
      return uuidEncoder(form.spelling);
    case "uuid-mixed":
      return uuidMixedEncoder;
    case "json":
      return jsonEncoder(type.name === "json" ? "json" : "jsonb", form.numbers, column.notNull, rules);
  }
};

const numberEncoder = ({ type, form }: Pick<PlanColumn, "form" | "type">): FieldEncoder => {
  switch (type.name) {
    case "smallint":
    case "integer":
      return smallIntegerEncoder(type.name);
    case "numeric":
      return numericEncoder(type, form.kind === "decimal");
    case "double precision":
      return doubleEncoder;
    case "real":
      return realEncoder;
    default:
      return bigintEncoder;
  }
};
