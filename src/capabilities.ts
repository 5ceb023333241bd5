/** What the target offers, asked before the plan is made, and only where the plan depends on it. */
import { embeddedTarget } from "./embedded-target.ts";
import type { Capabilities } from "./plan/capabilities.ts";
import type { Settings } from "./settings.ts";
import type { Context } from "./steps.ts";
import { connectPatiently } from "./target/connect-patiently.ts";
import { availableExtensions } from "./target/extensions.ts";

/**
 * @param mayStart whether the embedded server may be started to be asked, where the user names no target
 * @returns null where there is nobody to ask
 * @throws what the connection throws
 */
export const readCapabilities = async (
  settings: Settings,
  context: Context,
  mayStart: boolean,
): Promise<Capabilities | null> => {
  const target = settings.target ?? (mayStart ? await embeddedTarget(settings) : null);
  if (target === null) return null;
  const client = await connectPatiently(target, "plan", { ...context, step: "plan" });
  try {
    return { extensions: await availableExtensions(client) };
  } finally {
    await client.end().catch(() => undefined);
  }
};
