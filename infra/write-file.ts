/** What makes a `WrittenFile`: loaded by its dynamic provider. */
import { existsSync } from "node:fs";
import { chmod, rename, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { LateProvider, Properties } from "./dynamic.ts";

const create = async (properties: Properties, root: string) => {
  const { path = "", content = "", sha256 } = properties as Readonly<Record<string, string>>;
  const file = resolve(root, path);
  // Whoever reads it meanwhile sees the old one or the new one, and it is nobody else's at any time.
  const partial = `${file}.partial`;
  await rm(partial, { force: true });
  await writeFile(partial, content, { mode: 0o600, flag: "wx" });
  await chmod(partial, 0o600);
  await rename(partial, file);
  return { id: path, outs: { path, sha256 } };
};

export const provider: LateProvider = {
  triggers: ["path", "sha256"],
  create,
  isGone: ({ path }, root) => !existsSync(resolve(root, String(path))),
  update: async (inputs, root, olds) => {
    if (olds["path"] !== inputs["path"]) await rm(resolve(root, String(olds["path"])), { force: true });
    return await create(inputs, root);
  },
  delete: async ({ path }, root) => rm(resolve(root, String(path)), { force: true }),
};
