/**
 * A crossing in two halves, for places that cannot see each other: `export` leaves a directory with the finished, checksummed
 * snapshot and its plan; `import` executes that plan from that snapshot, with the same proof, because what travels is the
 * very file that is proven against.
 */
import { copyFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { type LandbridgeError, refusal } from "./errors.ts";
import { type Beginning, migrate } from "./migrate.ts";
import { renderScript } from "./plan/ddl/ddl.ts";
import { parsePlan, serialisePlan } from "./plan/document.ts";
import type { RunReport } from "./report/model.ts";
import type { Settings } from "./settings.ts";
import { hashFile } from "./source/hash.ts";
import { type Context, Steps } from "./steps.ts";
import { holdFile } from "./stored-snapshot.ts";
import { surveySource } from "./survey.ts";
import { VERSION } from "./version.ts";

const FILES = { snapshot: "snapshot.sqlite", plan: "plan.json", sql: "schema.sql", manifest: "manifest.json" } as const;

const manifestSchema = z.object({
  format: z.literal(1),
  landbridge: z.string(),
  /** What the ledger will call the source: later exports of it may take this load's place. */
  sourceName: z.string(),
  /** Names of the files whose loads may stand in the same schema. */
  beside: z.array(z.string()).default([]),
  takenAt: z.string(),
  sha256: z.string(),
  bytes: z.number(),
});

export interface Exported {
  readonly directory: string;
  readonly files: readonly string[];
  readonly sha256: string;
  readonly bytes: number;
  readonly tables: number;
  readonly rows: number;
}

/**
 * The first half: writes the snapshot, the plan, its DDL and a manifest into `directory`, the manifest last.
 * @throws LandbridgeError EXPORT_EXISTS where another export is there already
 */
export const exportCrossing = async (settings: Settings, directory: string, context: Context): Promise<Exported> => {
  await mkdir(directory, { recursive: true });
  const survey = await surveySource(settings, new Steps(context.emit), context);
  try {
    const { snapshot, plan } = survey;
    await refuseOther(directory, snapshot.sha256);
    const partial = join(directory, `.${FILES.snapshot}.partial`);
    await copyFile(snapshot.path, partial);
    await rename(partial, join(directory, FILES.snapshot));
    await writeFile(join(directory, FILES.plan), serialisePlan(plan));
    await writeFile(join(directory, FILES.sql), renderScript(plan));
    const manifest: z.infer<typeof manifestSchema> = {
      format: 1,
      landbridge: VERSION,
      sourceName: basename(settings.source),
      beside: [...settings.beside],
      takenAt: snapshot.takenAt,
      sha256: snapshot.sha256,
      bytes: snapshot.bytes,
    };
    await writeFile(join(directory, FILES.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
    return {
      directory,
      files: Object.values(FILES),
      sha256: snapshot.sha256,
      bytes: snapshot.bytes,
      tables: plan.tables.length,
      rows: plan.tables.reduce((sum, { rows }) => sum + rows, 0),
    };
  } finally {
    survey.release();
  }
};

const refuseOther = async (directory: string, sha256: string): Promise<void> => {
  const text = await readFile(join(directory, FILES.manifest), "utf8").catch(() => null);
  if (text === null || text.includes(sha256)) return;
  throw refusal({
    code: "EXPORT_EXISTS",
    message: `${directory} holds the export of another state of a source.`,
    remedy: "Name an empty directory, or remove that one.",
  });
};

/** The second half: `migrate`, beginning from an exported directory. */
export const importCrossing = (settings: Settings, directory: string, context: Context): Promise<RunReport> =>
  migrate(settings, context, fromDirectory(directory));

const fromDirectory =
  (directory: string): Beginning =>
  async (_settings, steps, { signal }) => {
    const manifest = await readManifest(directory);
    const path = join(directory, FILES.snapshot);
    return steps.run("snapshot", async () => {
      if ((await hashFile(path, signal).catch(missing(directory, FILES.snapshot))) !== manifest.sha256)
        throw damaged(directory, "the snapshot's SHA-256 is not the manifest's");
      const text = await readFile(join(directory, FILES.plan), "utf8").catch(missing(directory, FILES.plan));
      const plan = parsePlan(text, FILES.plan);
      if (plan.source.sha256 !== manifest.sha256) throw damaged(directory, "the plan belongs to another snapshot");
      return {
        ...(await holdFile(path, { ...manifest, sourcePath: manifest.sourceName })),
        plan,
        beside: manifest.beside,
      };
    });
  };

const missing =
  (directory: string, name: string) =>
  (error: NodeJS.ErrnoException): never => {
    throw error.code === "ENOENT" ? damaged(directory, `${name} is missing`) : error;
  };

const readManifest = async (directory: string): Promise<z.infer<typeof manifestSchema>> => {
  const text = await readFile(join(directory, FILES.manifest), "utf8").catch(() => null);
  if (text === null)
    throw refusal({
      code: "EXPORT_MISSING",
      message: `${directory} holds no export (no ${FILES.manifest}).`,
      remedy: "Make one with `npm run export -- SOURCE -o DIR`.",
    });
  const manifest = manifestSchema.safeParse(jsonOf(text));
  if (manifest.success) return manifest.data;
  throw damaged(directory, `${FILES.manifest} is not one of ours`);
};

/** Half a file is no JSON; undefined fits no schema. */
const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const damaged = (directory: string, what: string): LandbridgeError =>
  refusal({
    code: "EXPORT_DAMAGED",
    message: `${directory}: ${what}.`,
    remedy: "Transfer the directory again; a partial upload is the usual reason.",
  });
