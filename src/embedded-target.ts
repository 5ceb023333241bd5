/** The target where the user names none: the embedded server of `.landbridge`, started when it is needed. */
import type { Settings } from "./settings.ts";
import { startEmbedded } from "./target/embedded/embedded.ts";
import type { Target } from "./target/model.ts";

export const embeddedTarget = async (settings: Settings): Promise<Target> =>
  (await startEmbedded({ directory: settings.home, environment: settings.environment })).target;
