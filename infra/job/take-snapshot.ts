/** What makes a `Snapshot`: loaded by its dynamic provider, on the machine where the file lives. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { sampleDatabase } from "../../examples/sample/build.ts";
import type { RunEvent } from "../../src/events.ts";
import { finishedSnapshot, keepSnapshot } from "../../src/kept-snapshot.ts";
import type { LateProvider, Properties } from "../dynamic.ts";

/** Bounds how long a writer of a file without WAL is kept waiting; as for the verb. */
const TIMEOUT_SECONDS = 300;

const create = async (properties: Properties, root: string) => {
  const { kind, file, fingerprint, directory } = properties as Readonly<Record<string, string>>;
  const folder = join(root, directory ?? "");
  const sourcePath = kind === "sample" ? sampleDatabase(folder) : resolve(root, file ?? "");
  const { signal } = new AbortController();
  const kept =
    (await finishedSnapshot(sourcePath, signal)) ??
    (await keepSnapshot({ sourcePath, directory: folder, timeoutSeconds: TIMEOUT_SECONDS, emit: tell, signal }));
  const { path, sha256, bytes, sourceName } = kept;
  return { id: sha256, outs: { kind, file, fingerprint, path, sha256, bytes, sourceName } };
};

const tell = (event: RunEvent): void => {
  if (event.kind === "note") console.log(event.message);
};

/**
 * What is there already stays: it is the file to go back to. One that somebody has cleared away is taken again, since the next copy
 * would look for it; of the same source it has the same content, so that nothing is copied for it.
 */
export const provider: LateProvider = {
  triggers: ["kind", "file", "fingerprint"],
  create,
  isGone: ({ path }) => !existsSync(String(path)),
};
