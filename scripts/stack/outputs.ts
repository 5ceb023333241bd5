/** What the verbs around the stack know of it: its outputs, its resources and its configuration. */
import { z } from "zod";
import { LandbridgeError } from "../../src/errors.ts";
import type { Cli } from "./pulumi.ts";

const text = () => z.string().optional();

/** Of the outputs, what verbs use; absent where a stack was not finished, or its target has none. */
const outputsSchema = z.looseObject({
  kind: z.enum(["docker", "aws", "existing"]).optional(),
  database: text(),
  schema: text(),
  /** The application's, and the owner's, with passwords. */
  url: text(),
  ownerUrl: text(),
  container: text(),
  volume: text(),
  snapshot: z.looseObject({ path: z.string(), sha256: z.string(), bytes: z.number() }).nullish(),
  copy: z.looseObject({ exitCode: z.number(), summary: text(), report: text() }).nullish(),
});

export type Outputs = z.infer<typeof outputsSchema>;

/** Secrets included: never printed, never part of an error. */
export const readOutputs = async (cli: Cli, stack: string): Promise<Outputs> => {
  const printed = await cli.ask(["stack", "output", "--json", "--show-secrets", "--stack", stack]);
  const result = outputsSchema.safeParse(JSON.parse(printed.trim() === "" ? "{}" : printed));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new LandbridgeError({
    code: "STACK_OUTPUTS",
    message: `The outputs of stack ${stack} are not this version's: ${issue?.path.join(".")}: ${issue?.message}.`,
    remedy: "Run npm run pulumi -- up once, then this again.",
  });
};

export interface StackListed {
  readonly name: string;
  readonly current: boolean;
  readonly resourceCount?: number;
}

/** Stacks of this project. */
export const listStacks = async (cli: Cli): Promise<readonly StackListed[]> =>
  JSON.parse(await cli.ask(["stack", "ls", "--json"])) as StackListed[];

const deploymentSchema = z.looseObject({
  deployment: z.looseObject({
    resources: z
      .array(
        z.looseObject({
          urn: z.string(),
          type: z.string(),
          custom: z.boolean().optional(),
          protect: z.boolean().optional(),
          inputs: z.record(z.string(), z.unknown()).optional(),
        }),
      )
      .nullish(),
  }),
});

export type StackResource = NonNullable<z.infer<typeof deploymentSchema>["deployment"]["resources"]>[number];

/** What stands, as the state has it; the stack's own root and providers left out. Secrets stay encrypted. */
export const readResources = async (cli: Cli, stack: string): Promise<readonly StackResource[]> => {
  const exported = JSON.parse(await cli.ask(["stack", "export", "--stack", stack]));
  const { deployment } = deploymentSchema.parse(exported);
  return (deployment.resources ?? []).filter(
    ({ type }) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"),
  );
};

/** A key of the stack's configuration; null where it is not set. */
export const readConfig = async (cli: Cli, stack: string, key: string): Promise<string | null> => {
  const printed = JSON.parse(await cli.ask(["config", "--json", "--stack", stack])) as Record<
    string,
    { value?: string }
  >;
  return printed[`landbridge:${key}`]?.value ?? null;
};
