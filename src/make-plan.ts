/** The plan alone, with what people read of it: DDL, a commented configuration, the configuration's JSON Schema. */
import { configJsonSchema } from "./plan/config.ts";
import { configTemplate } from "./plan/config-template.ts";
import { renderScript } from "./plan/ddl/ddl.ts";
import { serialisePlan } from "./plan/document.ts";
import type { Plan } from "./plan/model.ts";
import type { Settings } from "./settings.ts";
import { type Context, Steps } from "./steps.ts";
import { surveySource } from "./survey.ts";

export interface MadePlan {
  readonly plan: Plan;
  /** The plan as it is stored, hashed and given to `migrate --plan`. */
  readonly text: string;
  /** The whole DDL, as readable SQL. */
  readonly sql: string;
  /** A commented landbridge.yaml. */
  readonly config: string;
  readonly configSchema: string;
}

/**
 * Takes a snapshot of the source and plans its crossing.
 * @throws LandbridgeError as the snapshot and the plan do
 */
export const makePlan = async (settings: Settings, context: Context): Promise<MadePlan> => {
  const { plan, release } = await surveySource(settings, new Steps(context.emit), context);
  release();
  return {
    plan,
    text: serialisePlan(plan),
    sql: renderScript(plan),
    config: configTemplate(plan),
    configSchema: `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
  };
};
