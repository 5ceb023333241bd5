/** One value through either side's writer, as the hex of its canonical column; "no equal" where there is none. */
import type { Policies } from "../../../src/plan/model.ts";
import type { Encoding } from "../../../src/source/model.ts";
import { RowBuffer } from "../../../src/verify/row-buffer.ts";
import { sourceWriter } from "../../../src/verify/source-values/compile.ts";
import type { SourceValue } from "../../../src/verify/source-values/value.ts";
import { targetWriter } from "../../../src/verify/target-values/compile.ts";
import { columnOf, type GivenColumn } from "../../support/plan.ts";

const REJECT: Policies = { nul: "reject", invalidText: "reject", invalidJson: "reject", orphans: "keep" };

export const sourceHex = (
  column: Omit<GivenColumn, "target">,
  value: SourceValue,
  policies: Partial<Policies> = {},
  encoding: Encoding = "UTF-8",
): string => {
  const out = new RowBuffer(8);
  sourceWriter(columnOf({ target: "c", ...column }), { ...REJECT, ...policies }, encoding)(value, out);
  return contents(out);
};

export const targetHex = (type: GivenColumn["type"] & {}, field: Buffer): string => {
  const out = new RowBuffer(8);
  // Something before and behind, so that no writer can rely on a field being the whole buffer.
  const framed = Buffer.concat([Buffer.from("before"), field, Buffer.from("behind")]);
  targetWriter(type)(framed, 6, field.length, out);
  return contents(out);
};

const contents = (out: RowBuffer): string => {
  const length = out.bytes.readInt32BE(0);
  if (length === -1) return "NULL";
  if (length === -2) return "no equal";
  if (length !== out.length - 4) throw new Error(`the column says ${length} bytes and has ${out.length - 4}`);
  return out.bytes.toString("hex", 4, out.length);
};
