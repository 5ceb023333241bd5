/** Another database of a server that is known already. */
import type { Target } from "./model.ts";

/** The same server and user, another database. */
export const otherDatabase = (target: Target, name: string): Target => ({
  ...target,
  config: { ...target.config, database: name },
  display: target.display.replace(/\/[^/?]*(?=\?|$)/, `/${encodeURIComponent(name)}`),
});
