/**
 * Providers for Pulumi's dynamic resources. Pulumi keeps a provider's text in the stack's state and runs it in a process of its
 * own, on whatever checkout is at hand; so the text holds nothing but the name of a module, which is looked up when it runs.
 */
import type { dynamic } from "@pulumi/pulumi";

export type Properties = Readonly<Record<string, unknown>>;

/** What a provider's module exports as `provider`; `root` is the project's directory. */
export interface LateProvider {
  /** Names of the inputs whose change makes an update; no other does. */
  readonly triggers: readonly string[];
  /** What was made is not there any more, and is made again. Absent: that cannot be, or is nobody's affair. */
  isGone?(olds: Properties, root: string): boolean;
  /** Gives the id and the outputs. Outputs hold no secret, unless under the name of a secret input. */
  create(inputs: Properties, root: string): Promise<{ readonly id: string; readonly outs: Properties }>;
  /** Absent: the same as `create`, under the old id. */
  update?(inputs: Properties, root: string, olds: Properties): Promise<{ readonly outs: Properties }>;
  delete?(olds: Properties, root: string): Promise<void>;
}

/** Both are what the other process has at hand. */
interface Loaded {
  readonly provider: LateProvider;
  readonly root: string;
}

/**
 * Errors that carry a remedy are told with it: a message is all that Pulumi shows of an error.
 * @param module path from the project's directory, with forward slashes
 */
export const lateProvider = (module: string): dynamic.ResourceProvider => {
  // The text of these functions is all that arrives in the other process: they use no name from outside but `module` and each
  // other. The working directory there is the program's, infra/.
  const load = async (): Promise<Loaded> => {
    const { existsSync } = process.getBuiltinModule("node:fs");
    const { dirname, join } = process.getBuiltinModule("node:path");
    const { pathToFileURL } = process.getBuiltinModule("node:url");
    let root = process.cwd();
    while (!existsSync(join(root, "Pulumi.yaml"))) {
      if (dirname(root) === root) throw new Error(`There is no Pulumi.yaml in or above ${process.cwd()}.`);
      root = dirname(root);
    }
    const { provider } = (await import(pathToFileURL(join(root, module)).href)) as { provider: LateProvider };
    return { provider, root };
  };
  const call = async <T>(work: (loaded: Loaded) => Promise<T>): Promise<T> => {
    try {
      return await work(await load());
    } catch (error) {
      const { code, message, remedy } = error as { code?: string; message: string; remedy?: string };
      throw remedy === undefined ? error : new Error(`${code}: ${message}\n${remedy}`);
    }
  };
  return {
    diff: async (_id, olds, news) => {
      const { isDeepStrictEqual } = process.getBuiltinModule("node:util");
      const { provider, root } = await load();
      const changed = provider.triggers.some((name) => !isDeepStrictEqual(olds[name], news[name]));
      return { changes: changed || (provider.isGone?.(olds, root) ?? false) };
    },
    create: (inputs) => call(({ provider, root }) => provider.create(inputs, root)),
    update: (_id, olds, news) => call(({ provider, root }) => (provider.update ?? provider.create)(news, root, olds)),
    delete: (_id, olds) => call(async ({ provider, root }) => provider.delete?.(olds, root)),
  };
};
