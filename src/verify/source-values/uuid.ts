/** UUID spellings as their 16 bytes. */
import type { SourceForm } from "../../plan/model.ts";
import { refuse, type SourceWriter } from "./value.ts";

type Spelling = Extract<SourceForm, { kind: "uuid" }>["spelling"];

const PATTERNS: Readonly<Record<Exclude<Spelling, "blob">, RegExp>> = {
  lower: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  upper: /^[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}$/,
  "hex-lower": /^[0-9a-f]{32}$/,
  "hex-upper": /^[0-9A-F]{32}$/,
};

export const uuid = (spelling: Spelling): SourceWriter => {
  if (spelling === "blob") return sixteenBytes;
  return spelled(PATTERNS[spelling]);
};

const sixteenBytes: SourceWriter = (value, out) => {
  if (!Buffer.isBuffer(value) || value.length !== 16) return refuse(value, out);
  out.int32(16);
  out.copy(value, 0, 16);
};

const spelled =
  (pattern: RegExp): SourceWriter =>
  (value, out) => {
    if (typeof value !== "string" || value.length > 36 || !pattern.test(value) || value.endsWith("\n"))
      return refuse(value, out);
    out.int32(16);
    out.copy(Buffer.from(value.replaceAll("-", ""), "hex"), 0, 16);
  };

const ANY = /^(?:urn:uuid:|(\{))?([0-9a-f]{8})(-?)([0-9a-f]{4})\3([0-9a-f]{4})\3([0-9a-f]{4})\3([0-9a-f]{12})(\})?$/i;

/** With hyphens throughout (then in braces or as a URN, too) or without any, letters of either case; or sixteen bytes. */
export const uuidMixed: SourceWriter = (value, out) => {
  if (Buffer.isBuffer(value)) return sixteenBytes(value, out);
  const parts = typeof value === "string" && value.length <= 45 && !value.endsWith("\n") ? ANY.exec(value) : null;
  const isBare = parts?.[3] === "" && (value as string).length !== 32;
  if (parts === null || isBare || (parts[1] === undefined) !== (parts[8] === undefined)) return refuse(value, out);
  out.int32(16);
  out.copy(Buffer.from(parts[2]! + parts[4]! + parts[5]! + parts[6]! + parts[7]!, "hex"), 0, 16);
};
