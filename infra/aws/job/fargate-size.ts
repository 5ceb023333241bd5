/** The sizes that Fargate has (ECS developer guide, task CPU and memory). */
import { configError } from "../../settings/mistake.ts";
import type { AwsSettings } from "../../settings/targets.ts";

interface Size {
  readonly least: number;
  readonly most: number;
  readonly step: number;
}

const GIB = 1024;

/** MiB, by CPU units. Of 256 units there is half a GiB, too, in which Node has no room for a copy. */
const SIZES: Readonly<Record<number, Size>> = {
  256: { least: GIB, most: 2 * GIB, step: GIB },
  512: { least: GIB, most: 4 * GIB, step: GIB },
  1024: { least: 2 * GIB, most: 8 * GIB, step: GIB },
  2048: { least: 4 * GIB, most: 16 * GIB, step: GIB },
  4096: { least: 8 * GIB, most: 30 * GIB, step: GIB },
  8192: { least: 16 * GIB, most: 60 * GIB, step: 4 * GIB },
  16384: { least: 32 * GIB, most: 120 * GIB, step: 8 * GIB },
};

/**
 * The least size that gives what is asked for, as ECS writes it: CPU units and MiB.
 * @throws LandbridgeError STACK_CONFIG (usage) where so much memory needs more CPU
 */
export const fargateSize = ({
  jobCpu,
  jobMemoryBytes,
}: Pick<AwsSettings, "jobCpu" | "jobMemoryBytes">): { readonly cpu: number; readonly memory: number } => {
  const size = SIZES[jobCpu];
  if (size === undefined) throw configError("jobCpu", `Fargate has no task of ${jobCpu} CPU units.`);
  const wanted = jobMemoryBytes / 2 ** 20;
  const memory = Math.max(size.least, size.least + Math.ceil((wanted - size.least) / size.step) * size.step);
  if (memory > size.most)
    throw configError(
      "jobMemory",
      `with ${jobCpu} CPU units Fargate gives ${size.most / GIB}GB at most; raise jobCpu.`,
    );
  return { cpu: jobCpu, memory };
};
