/**
 * From a machine to the parameters that PostgreSQL runs with there. Plain values: what starts a container or makes a parameter
 * group renders them (`tuning/server-arguments.ts`, `tuning/rds.ts`). The rules with their sources are in docs/tuning.md.
 */
import { connections } from "./tuning/connections.ts";
import { logging } from "./tuning/logging.ts";
import { checkMachine } from "./tuning/machine.ts";
import { memory } from "./tuning/memory.ts";
import type { Machine, Parameter, Phase } from "./tuning/model.ts";
import { planner } from "./tuning/planner.ts";
import { vacuum } from "./tuning/vacuum.ts";
import { writeAheadLog } from "./tuning/write-ahead-log.ts";

/**
 * The parameters, always the same ones in the same order. Load and serve differ in parameters alone that a running server takes
 * over (`applyMethod: "immediate"`), so that going from one to the other never needs a restart.
 * @throws LandbridgeError STACK_CONFIG (usage) for a machine that cannot carry a server, or that many connections
 */
export const tune = (machine: Machine, phase: Phase): readonly Parameter[] => {
  checkMachine(machine);
  return [
    ...connections(machine),
    ...memory(machine, phase),
    ...writeAheadLog(machine, phase),
    ...planner(machine),
    ...vacuum(machine, phase),
    ...logging(machine),
  ];
};
