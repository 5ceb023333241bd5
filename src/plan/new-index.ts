/** Indexes that the source does not have: what the plan says of them where nothing else is wanted. */
import type { IndexMethod, PlanIndex } from "./model.ts";

/** @param elements complete SQL of each, with its operator class and order */
export const newIndex = (
  name: string,
  method: IndexMethod,
  elements: readonly string[],
  wanted: Partial<Pick<PlanIndex, "unique" | "where" | "options">> = {},
): PlanIndex => ({ name, source: null, unique: false, method, elements, where: null, options: null, ...wanted });
