/**
 * The one place where a column's recorded form becomes the way its values go back. It shares no code with the copy and none
 * with the proof, which judges what comes of it.
 */
import type { SourceForm, TargetType } from "../../plan/model.ts";
import { kept } from "./affinity.ts";
import { jsonArray } from "./arrays.ts";
import { json, jsonVector, packedVector } from "./documents.ts";
import { fromBytes, fromText } from "./mixed.ts";
import { type ColumnPlace, Misfit, type Renderer, StoredText } from "./model.ts";
import { epoch, isoDate, isoDateTime, isoTime, julian } from "./moments.ts";
import { booleanAsInteger, booleanAsText, decimal, integer, real } from "./numbers.ts";
import { uuid } from "./uuids.ts";

/** The renderer of one column; what it gives is stored by SQLite as it is, or is a Misfit. */
export const rendererOf = (form: SourceForm, type: TargetType, place: ColumnPlace): Renderer => {
  const render = formRenderer(form, type, place);
  return (value) => {
    const bound = render(value);
    return bound instanceof Misfit ? bound : kept(bound, place.affinity);
  };
};

const formRenderer = (form: SourceForm, type: TargetType, place: ColumnPlace): Renderer => {
  switch (form.kind) {
    case "integer":
      return integer;
    case "real":
      return type.name === "numeric" ? decimal(place) : real(place);
    case "decimal":
      return decimal(place);
    case "text":
      return type.name === "bytea" ? (value) => new StoredText(value as Buffer) : asPrinted;
    case "blob":
      return (value) => value as Buffer;
    case "any":
      return type.name === "bytea" ? fromBytes(place) : fromText(place);
    case "boolean-integer":
    case "boolean-mixed":
      return booleanAsInteger;
    case "boolean-text":
      return booleanAsText(form);
    case "iso-date":
      return isoDate;
    case "iso-time":
      return isoTime(form);
    case "iso-datetime":
      return isoDateTime(form);
    case "iso-moment":
      return isoDateTime({ separator: " ", seconds: true, fraction: "trimmed", zone: zoneOf(type) });
    case "epoch":
      return epoch(form);
    case "julian":
      return julian;
    case "uuid":
      return uuid(form.spelling);
    case "uuid-mixed":
      return uuid("lower");
    case "json":
      return type.name === "json" || type.name === "jsonb" ? json(form.numbers) : fromText(place);
    case "json-array":
      return jsonArray(form.spelling, type);
    case "json-vector":
      return jsonVector;
    case "packed-vector":
      return packedVector(form.element, type);
    default:
      return unknownForm(form);
  }
};

const asPrinted: Renderer = (value) => String(value);

const zoneOf = (type: TargetType): "" | "+00:00" => (type.name === "timestamptz" ? "+00:00" : "");

const unknownForm = (form: never): never => {
  throw new Error(`a form that nothing is known of: ${JSON.stringify(form)}`);
};
