/** UUIDs back into the spelling that their column had. */
import type { SourceForm } from "../../plan/model.ts";
import type { Renderer } from "./model.ts";

const hyphenated = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");

/** From the 16 bytes. */
export const uuid = (spelling: Extract<SourceForm, { kind: "uuid" }>["spelling"]): Renderer => {
  const hex = (value: unknown): string => (value as Buffer).toString("hex");
  switch (spelling) {
    case "blob":
      return (value) => value as Buffer;
    case "lower":
      return (value) => hyphenated(hex(value));
    case "upper":
      return (value) => hyphenated(hex(value)).toUpperCase();
    case "hex-lower":
      return hex;
    case "hex-upper":
      return (value) => hex(value).toUpperCase();
  }
};
