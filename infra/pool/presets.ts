/** Pools by the names that people give them: connections kept open / further ones in a rush. */
export const POOL_PRESETS = ["20/40", "10/20", "20/10", "30/60"] as const;
export type PoolPreset = (typeof POOL_PRESETS)[number];
