/** From the job's environment to the engine's settings. */
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { usageError } from "../../src/errors.ts";
import { parseSettings, type Settings } from "../../src/settings.ts";
import { type Environment, given, needed, withRootCertificate } from "./environment.ts";

export interface JobPlaces {
  readonly source: string;
  /** What landbridge.yaml and the ledger call it. */
  readonly sourceName: string;
  readonly work: string;
  readonly reports: string;
}

/**
 * A later snapshot takes the place of the load before it, whatever that was of: the stack says what the database is for. Rows
 * that others have written are refused all the same.
 * @throws LandbridgeError (exit 2)
 */
export const jobSettings = async (
  environment: Environment,
  { source, sourceName, work, reports }: JobPlaces,
): Promise<Settings> => {
  const target = needed(
    environment,
    "LANDBRIDGE_TARGET",
    "the database to copy into, postgresql://owner@host/database",
  );
  const intoExisting = schemaBy(environment) === "existing";
  const accept = given(environment, "LANDBRIDGE_ACCEPT")?.split(",");
  return parseSettings({
    source,
    sourceName,
    target,
    config: await configFile(environment, work),
    schema: given(environment, "LANDBRIDGE_SCHEMA"),
    accept,
    verify: given(environment, "LANDBRIDGE_VERIFY"),
    jobs: given(environment, "LANDBRIDGE_JOBS"),
    replace: true,
    intoExisting,
    ...(intoExisting ? { onConflict: given(environment, "LANDBRIDGE_ON_CONFLICT") } : {}),
    reportDir: reports,
    cwd: work,
    environment: await withRootCertificate(environment, work),
    cores: availableParallelism(),
  });
};

const schemaBy = (environment: Environment): "landbridge" | "existing" => {
  const by = given(environment, "LANDBRIDGE_SCHEMA_BY") ?? "landbridge";
  if (by === "landbridge" || by === "existing") return by;
  throw usageError({
    code: "FLAG_INVALID",
    message: `LANDBRIDGE_SCHEMA_BY: "${by}" is not allowed.`,
    remedy: "Use one of: landbridge, existing.",
  });
};

/** The engine reads its configuration from a file, so that a mistake is told with its line. */
const configFile = async (environment: Environment, work: string): Promise<string | undefined> => {
  const yaml = given(environment, "LANDBRIDGE_CONFIG_YAML");
  if (yaml === undefined) return undefined;
  const file = join(work, "landbridge.yaml");
  await writeFile(file, yaml);
  return file;
};
