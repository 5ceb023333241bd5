/** What of the suggestions the user takes. */
import type { Config } from "./config.ts";

/** Whether what is proposed under a code is taken: with all suggestions, or by the code itself. */
export const isAccepted = (accept: Config["accept"], code: string): boolean =>
  accept === "suggestions" || accept?.includes(code) === true;
