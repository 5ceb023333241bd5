/** The version that plans, ledgers and reports name. */
import manifest from "../package.json" with { type: "json" };

/** Landbridge's own version, from package.json. */
export const VERSION: string = manifest.version;
