/** Types as the catalogue encodes them, as the copy knows them. */
import { expect, it } from "vitest";
import type { FoundType } from "../../../src/existing/read-types.ts";
import { targetTypeOf } from "../../../src/existing/target-type.ts";

const base = (name: string, modifier = -1): FoundType => ({ name, kind: "base", modifier, labels: [], element: null });
const numeric = (precision: number, scale: number): number => 4 + ((precision << 16) | (scale & 0x7ff));

it.each([
  [base("numeric"), { name: "numeric" }],
  [base("numeric", numeric(10, 2)), { name: "numeric", precision: 10, scale: 2 }],
  [base("numeric", numeric(1000, 0)), { name: "numeric", precision: 1000, scale: 0 }],
  // Rounds before the point, or keeps fewer digits than it shows: nothing that could be enforced.
  [base("numeric", numeric(3, -2)), null],
  [base("numeric", numeric(2, 5)), null],
  [base("varchar"), { name: "text" }],
  [base("varchar", 44), { name: "varchar", length: 40 }],
  [base("bpchar", 9), { name: "char", length: 5 }],
  [base("bpchar"), null],
  [base("timestamp", 3), { name: "timestamp", precision: 3 }],
  [base("timestamptz", 6), { name: "timestamptz" }],
  [base("interval"), null],
  [base("inet"), null],
  [{ ...base("uuid"), kind: "other" } as const, null],
  [{ ...base("mood"), kind: "enum", labels: ["b", "a"] } as const, { name: "enum", type: "mood", labels: ["b", "a"] }],
  [
    { ...base("_varchar"), kind: "array", element: base("varchar", 12) } as const,
    { name: "array", element: { name: "varchar", length: 8 } },
  ],
  [{ ...base("_timestamp"), kind: "array", element: base("timestamp") } as const, null],
])("%j", (found, type) => expect(targetTypeOf(found)).toEqual(type));
