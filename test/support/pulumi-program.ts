/** Runs a piece of a Pulumi program on mocks, and says what it registered: inputs, options, what depends on what. */
import { runtime } from "@pulumi/pulumi";
import type { MockCallArgs, MockResourceArgs } from "@pulumi/pulumi/runtime/mocks.js";

export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** As they arrive at the engine: secrets with their mark. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly secretOutputs: readonly string[];
  /** URNs. */
  readonly dependencies: readonly string[];
}

export interface MockedProgram {
  readonly preview: boolean;
  /** What the provider would add to a resource's inputs; asked at update alone, a preview does not know it. */
  readonly state?: (resource: MockResourceArgs) => Record<string, unknown>;
  /** Answers by token; any other function call fails the program. */
  readonly calls?: Readonly<Record<string, Record<string, unknown>>>;
}

interface Request {
  getType(): string;
  getName(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getAdditionalsecretoutputsList(): string[];
  getDependenciesList(): string[];
}
type Register = (request: Request, done: (error: unknown, response?: { getUrn(): string }) => void) => Promise<void>;

/** @returns what `program` gave, and the resources in the order of their registration */
export const runProgram = async <T>(
  { preview, state = () => ({}), calls = {} }: MockedProgram,
  program: () => T | Promise<T>,
): Promise<{ readonly result: T; readonly resources: readonly Registered[] }> => {
  const resources: Registered[] = [];
  const inputs = new Map<string, Registered["inputs"]>();
  await runtime.setMocks(
    {
      newResource: (args) => {
        inputs.set(`${args.type} ${args.name}`, args.inputs);
        const id = preview ? undefined : `${args.name}-id`;
        return { id, state: preview ? { ...args.inputs } : { ...args.inputs, ...state(args) } };
      },
      call: ({ token }: MockCallArgs) => {
        const answer = calls[token];
        if (answer === undefined) throw new Error(`The program called ${token}, which nobody expected.`);
        return answer;
      },
    },
    "landbridge",
    "test",
    preview,
  );
  const monitor = runtime.getMonitor() as unknown as { registerResource: Register };
  const register = monitor.registerResource.bind(monitor);
  // The mocks are told of inputs alone; the options are in the request.
  monitor.registerResource = (request, done) =>
    register(request, (error, response) => {
      if (response !== undefined)
        resources.push({
          type: request.getType(),
          name: request.getName(),
          urn: response.getUrn(),
          inputs: inputs.get(`${request.getType()} ${request.getName()}`) ?? {},
          protect: request.getProtect(),
          retainOnDelete: request.getRetainondelete(),
          secretOutputs: request.getAdditionalsecretoutputsList(),
          dependencies: request.getDependenciesList(),
        });
      done(error, response);
    });
  const result = await program();
  await runtime.disconnect();
  return { result, resources };
};

const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";

/** Whether a value arrived at the engine as a secret as a whole. */
export const isMarkedSecret = (value: unknown): boolean =>
  typeof value === "object" && value !== null && SECRET_SIGNATURE in value;

/** The value with every secret in it replaced: what would stand in state for everybody to read. */
export const withoutSecrets = (value: unknown): unknown => {
  if (isMarkedSecret(value)) return "[secret]";
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]));
};
