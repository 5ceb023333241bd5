/** Type rules for JSON: jsonb only where every value survives as a value. */
import type { ColumnEvidence, TypeChoice } from "./choice.ts";

/** json or jsonb where every value parses: jsonb only where every value survives as a value. */
export const jsonChoice = ({ profile }: ColumnEvidence): TypeChoice | null => {
  const { shapes, texts } = profile;
  if (profile.blobs > 0 || shapes.json !== texts || profile.infinities > 0 || profile.negativeZeros > 0) return null;
  const numbers = profile.integers + profile.reals > 0;
  const survives = texts > 0 && !numbers && shapes.jsonContainer === texts && shapes.jsonbSafe === texts;
  return survives
    ? {
        type: { name: "jsonb" },
        form: { kind: "json", numbers },
        reason: "every value is a JSON object or array that jsonb keeps whole",
      }
    : {
        type: { name: "json" },
        form: { kind: "json", numbers },
        reason: "every value is JSON, but jsonb would change some (scalars, duplicate keys, odd numbers or escapes)",
      };
};

/**
 * json or jsonb for a declared JSON column some of whose texts do not parse: by the policy `json.invalid: reject | null`
 * only.
 */
export const jsonDespiteInvalid = ({ profile }: ColumnEvidence): TypeChoice => ({
  type: { name: profile.shapes.jsonbSafe === profile.shapes.json ? "jsonb" : "json" },
  form: { kind: "json", numbers: profile.integers + profile.reals > 0 },
  reason: "declared JSON; what does not parse is handled by the policy json.invalid",
});
