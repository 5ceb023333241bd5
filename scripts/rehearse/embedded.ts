/** A rehearsal on the embedded PostgreSQL, in a directory of its own beside the one that `npm start` uses. */
import { rm } from "node:fs/promises";
import { LandbridgeError } from "../../src/errors.ts";
import { migrate } from "../../src/migrate.ts";
import { markingEmit } from "../../src/rehearsal/window.ts";
import type { Settings } from "../../src/settings.ts";
import { resetEmbedded, startEmbedded } from "../../src/target/embedded/embedded.ts";
import type { Target } from "../../src/target/model.ts";
import type { VerbRun } from "../cli/exit.ts";
import { urlWithPassword } from "../pg/url.ts";
import { localDumper } from "../stack/dump.ts";
import { createDatabase } from "./databases.ts";
import type { Phase } from "./phases.ts";
import type { Stage, Standing } from "./stage.ts";

export interface EmbeddedOptions {
  readonly settings: Settings;
  /** Made and removed by the stage. */
  readonly directory: string;
  readonly sessions: number;
  readonly phase: Phase;
}

/** Sessions besides those of the load: the crossing's, the checks', the pool's. */
const OTHER_SESSIONS = 40;

export const embeddedStage = (options: EmbeddedOptions, run: VerbRun): Stage => {
  const { directory, sessions, phase } = options;
  const { environment } = run;
  const place = { directory, environment };
  return {
    kind: "embedded",
    removal: `npm run pg -- reset --yes --directory ${directory}`,
    stand: async () => {
      const parameters = { max_connections: String(Math.max(100, sessions + OTHER_SESSIONS)) };
      const { target } = await phase("provision", () => startEmbedded({ ...place, parameters }));
      return stand(target, options, run);
    },
    destroy: async () => {
      await resetEmbedded(place);
      await rm(directory, { recursive: true, force: true });
      return ["the embedded PostgreSQL of the rehearsal", "its snapshot and copies"];
    },
  };
};

const stand = async (target: Target, { settings, directory }: EmbeddedOptions, run: VerbRun): Promise<Standing> => {
  const { emit, marks } = markingEmit(run.emit);
  const report = await migrate({ ...settings, target, home: directory }, { emit, signal: run.signal });
  run.signal.throwIfAborted();
  const [error] = report.errors;
  if (error !== undefined) throw new LandbridgeError(error);
  const version = Number(/^\d+/.exec(report.target.version ?? "")?.[0] ?? 0);
  return {
    target,
    applicationUrl: urlWithPassword(target),
    snapshot: report.snapshot!,
    ...{ report, marks },
    freshDatabase: async (name) => {
      const fresh = await createDatabase(target, name);
      return { target: fresh, url: urlWithPassword(fresh) };
    },
    dumper: await localDumper(version, run.environment),
  };
};
