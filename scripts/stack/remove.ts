/** Takes a stack out of its backend. */
import { listStacks } from "./outputs.ts";
import type { Cli } from "./pulumi.ts";

/** Its history and configuration go. Another stack that is selected stays so; `stack rm` by itself would leave none selected. */
export const removeStack = async (cli: Cli, name: string): Promise<void> => {
  const selected = (await listStacks(cli)).find(({ current }) => current)?.name;
  await cli.ask(["stack", "rm", "--yes", "--stack", name]);
  if (selected !== undefined && selected.split("/").at(-1) !== name.split("/").at(-1))
    await cli.ask(["stack", "select", "--stack", selected]);
};
