import type { VerbRun } from "../cli/exit.ts";
import type { Stage } from "./stage.ts";
export const dockerStage = (_: unknown, _run: VerbRun): Stage => {
  throw new Error("later");
};
