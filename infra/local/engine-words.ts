/** How the Docker engine gives back what it was told: said otherwise, each update would see a difference that is none. */

/** As Go writes durations: `10s`, `1m0s`, `1h0m5s`. */
export const duration = (seconds: number): string => {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (hours > 0) return `${hours}h${minutes}m${rest}s`;
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`;
};

/** A limit on memory brings one on swap with it, where the kernel counts swap. */
export const COMPUTED_BY_ENGINE = ["memorySwap"];
