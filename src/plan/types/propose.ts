/** The wording of a suggestion to take a column as another type. */
import { renderType } from "../ddl/type.ts";
import type { TypeChoice, TypeRemark } from "./choice.ts";

/** @param changes what a reader sees otherwise afterwards, where that is worth a word */
export const propose = (code: string, message: string, count: number, choice: TypeChoice, changes = ""): TypeRemark => {
  const type = renderType(choice.type);
  return {
    code,
    severity: "suggestion",
    message,
    remedy: `${changes}Take it as ${type} with --accept suggestions, or \`type: ${type}\` in landbridge.yaml.`,
    count,
    choice,
  };
};
