/** What the tunnel has to know of the stack: its outputs, as the program leaves them. */
import { z } from "zod";
import { refusal, usageError } from "../../src/errors.ts";
import { listStacks } from "../stack/outputs.ts";
import type { Cli } from "../stack/pulumi.ts";

const tunnelSchema = z.object({
  region: z.string(),
  /** Of ~/.aws; empty: as the environment says. */
  profile: z.string(),
  cluster: z.string(),
  taskDefinition: z.string(),
  subnets: z.array(z.string()),
  securityGroup: z.string(),
  container: z.string(),
  host: z.string(),
  port: z.number(),
});

const outputsSchema = z.looseObject({
  kind: z.string(),
  database: z.string(),
  roles: z.record(z.string(), z.string()),
  secretArns: z.record(z.string(), z.string()).optional(),
  tunnel: tunnelSchema.optional(),
});

export interface Login {
  readonly user: string;
  /** Of the user's password; undefined: the stack does not say. */
  readonly secretArn: string | undefined;
}

export interface TunnelPlace extends z.infer<typeof tunnelSchema> {
  readonly stack: string;
  readonly database: string;
  /** Landbridge's own verbs need it: its ledger is the owner's. */
  readonly owner: Login;
  readonly application: Login;
}

/**
 * Reads no secret of the stack.
 * @throws LandbridgeError STACK_NOT_NAMED (usage), TUNNEL_NOT_NEEDED, STACK_OUTPUTS (refused)
 */
export const readTunnelPlace = async (cli: Cli, named: string | undefined): Promise<TunnelPlace> => {
  const stack = named ?? (await listStacks(cli)).find(({ current }) => current)?.name;
  if (stack === undefined)
    throw usageError({
      code: "STACK_NOT_NAMED",
      message: "No stack is named, and none is selected.",
      remedy: "Say which: npm run tunnel -- --stack prod",
    });
  const result = outputsSchema.safeParse(JSON.parse(await cli.ask(["stack", "output", "--json", "--stack", stack])));
  if (!result.success) throw unfinished(stack);
  const { kind, database, roles, secretArns, tunnel } = result.data;
  if (kind !== "aws")
    throw refusal({
      code: "TUNNEL_NOT_NEEDED",
      message: `The database of stack ${stack} is not on AWS (${kind}).`,
      remedy: `Connect to it as it is: npm run pulumi -- stack output url --show-secrets --stack ${stack}`,
    });
  const login = (role: "owner" | "application"): Login => {
    const user = roles[role];
    if (user === undefined) throw unfinished(stack);
    return { user, secretArn: secretArns?.[role] };
  };
  if (tunnel === undefined) throw unfinished(stack);
  return { ...tunnel, stack, database, owner: login("owner"), application: login("application") };
};

const unfinished = (stack: string) =>
  refusal({
    code: "STACK_OUTPUTS",
    message: `The stack ${stack} has no way in yet.`,
    remedy: `Run npm run pulumi -- up --stack ${stack} to its end, then this again.`,
  });
