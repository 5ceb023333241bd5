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
  if (spelling === "blob")
    return (value, out) => {
      if (!Buffer.isBuffer(value) || value.length !== 16) return refuse(value, out);
      out.int32(16);
      out.copy(value, 0, 16);
    };
  return spelled(PATTERNS[spelling]);
};

const spelled =
  (pattern: RegExp): SourceWriter =>
  (value, out) => {
    if (typeof value !== "string" || value.length > 36 || !pattern.test(value) || value.endsWith("\n"))
      return refuse(value, out);
    out.int32(16);
    out.copy(Buffer.from(value.replaceAll("-", ""), "hex"), 0, 16);
  };

/** With hyphens throughout or without any, letters of either case. */
export const uuidMixed: SourceWriter = spelled(/^[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}$/i);
