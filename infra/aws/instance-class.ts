/** What is in an instance class, read from its name: the tuning has to know it before AWS is asked for anything. */
import { configError } from "../settings/mistake.ts";

const GIB = 2 ** 30;

/** The burstable classes follow no rule but their own (https://aws.amazon.com/rds/instance-types/). */
const BURSTABLE: Readonly<Record<string, readonly [cores: number, gib: number]>> = {
  micro: [2, 1],
  small: [2, 2],
  medium: [2, 4],
  large: [2, 8],
  xlarge: [4, 16],
  "2xlarge": [8, 32],
};

/** GiB of memory for each core, by the family: c computes, m is for everything, r, x and z remember. */
const MEMORY_PER_CORE: readonly (readonly [family: RegExp, gib: number])[] = [
  [/^x\d+(?:iedn|e)$/, 32],
  [/^x\d/, 16],
  [/^[rz]\d/, 8],
  [/^m\d/, 4],
  [/^c\d/, 2],
];

/**
 * @param instanceClass e.g. `db.r8g.2xlarge`
 * @throws LandbridgeError STACK_CONFIG (usage) for a family or size that this does not know
 */
export const machineOf = (instanceClass: string): { readonly memoryBytes: number; readonly cores: number } => {
  const [, family = "", size = ""] = instanceClass.split(".");
  if (/^t\d/.test(family)) {
    const known = BURSTABLE[size];
    if (known !== undefined) return { cores: known[0], memoryBytes: known[1] * GIB };
  }
  const cores = coresOf(size);
  const perCore = MEMORY_PER_CORE.find(([pattern]) => pattern.test(family))?.[1];
  if (cores === null || perCore === undefined)
    throw configError("instanceClass", `"${instanceClass}" is not a class whose memory is known here.`);
  return { cores, memoryBytes: cores * perCore * GIB };
};

/** medium 1, large 2, xlarge 4, and Nxlarge four times N. */
const coresOf = (size: string): number | null => {
  if (size === "medium") return 1;
  if (size === "large") return 2;
  const times = /^(\d*)xlarge$/.exec(size)?.[1];
  return times === undefined ? null : 4 * Number(times || "1");
};
