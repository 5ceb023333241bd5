/** What dates without a zone mean, by the user's word. */
import { isAccepted } from "./accept.ts";
import type { Config } from "./config.ts";

/** Minutes from UTC; null where nobody has said. @param zone as landbridge.yaml has it: UTC, +02:00 */
export const zoneMinutes = (zone: string | undefined, accept: Config["accept"]): number | null => {
  if (zone === undefined) return isAccepted(accept, "NAIVE_AS_UTC") ? 0 : null;
  if (zone === "UTC") return 0;
  const [hours = 0, minutes = 0] = zone.slice(1).split(":").map(Number);
  // No negative zero: the plan writes it as a zero.
  return hours * 60 + minutes === 0 ? 0 : (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
};
