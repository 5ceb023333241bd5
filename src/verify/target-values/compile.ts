/** The canonical target value of a column: (target type, a field of binary COPY) → bytes. */
import type { TargetType } from "../../plan/model.ts";
import type { RowBuffer } from "../row-buffer.ts";
import { array } from "./arrays.ts";
import { bytes, unpadded, uuid } from "./bytes.ts";
import { jsonb } from "./jsonb.ts";
import { date, time, timestamp } from "./moments.ts";
import { boolean, double, integer, numeric, real } from "./numbers.ts";
import { bit, vector } from "./vectors.ts";

/** Writes the canonical column of the field that lies at `at` in `bytes`, `length` bytes long; never called for NULL. */
export type TargetWriter = (bytes: Buffer, at: number, length: number, out: RowBuffer) => void;

export const targetWriter = (type: TargetType): TargetWriter => {
  switch (type.name) {
    case "smallint":
      return integer(2);
    case "integer":
      return integer(4);
    case "bigint":
      return integer(8);
    case "double precision":
      return double;
    case "real":
      return real;
    case "boolean":
      return boolean;
    case "numeric":
      return numeric;
    case "char":
      return unpadded;
    case "array":
      return array(targetWriter(type.element));
    case "vector":
      return vector("vector", 4);
    case "halfvec":
      return vector("halfvec", 2);
    case "bit":
      return bit;
    case "text":
    case "enum":
    case "citext":
    case "varchar":
    case "json":
    case "bytea":
      return bytes;
    case "uuid":
      return uuid;
    case "jsonb":
      return jsonb;
    case "date":
      return date;
    case "time":
      return time;
    case "timestamp":
    case "timestamptz":
      return timestamp;
  }
};
