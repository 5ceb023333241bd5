/** The job of a stack: prepares the database, has the application make its tables where it does so, copies and proves. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ComponentResource, type ComponentResourceOptions, type Input, log, type Resource } from "@pulumi/pulumi";
import { ExitCode, messageOf } from "../../src/errors.ts";
import type { DatabaseEndpoint } from "../endpoint.ts";
import { ROOT } from "../root.ts";
import { configError } from "../settings/mistake.ts";
import type { CommonSettings } from "../settings.ts";
import { initFiles, ownSqlHash } from "./init-files.ts";
import { StepRun } from "./run.ts";
import type { RunnerName } from "./runner.ts";
import type { Snapshot } from "./snapshot.ts";
import type { JobStep, StepName, StepOutcome } from "./step.ts";
import { commandStep, copyStep, initStep } from "./steps.ts";

/** Where the steps run; `localPlace` is one, ECS another. */
export interface JobPlace {
  /** The finished snapshot as the copy sees it: a path or an s3:// address; absent without a copy. */
  readonly source?: Input<string>;
  /** Where the copy leaves its reports, as it sees it. */
  readonly reports: Input<string>;
  readonly isInside: (step: StepName) => boolean;
  /** Says who runs the step, and makes what that needs as a child of `parent`. */
  readonly placement: (step: JobStep, parent: Resource) => Placement;
  /** What has to be there before the copy: the uploaded snapshot. */
  readonly dependsOn?: readonly Input<Resource>[];
}

export interface Placement {
  readonly runner: RunnerName;
  readonly place: Readonly<Record<string, Input<string>>>;
}

export interface JobArgs {
  readonly endpoint: DatabaseEndpoint;
  readonly settings: CommonSettings;
  /** null: nothing is copied (source: none). */
  readonly snapshot: Pick<Snapshot, "sha256" | "sourceName"> | null;
  readonly place: JobPlace;
}

export class Job extends ComponentResource {
  readonly init: StepOutcome;
  /** null where no command makes the tables. */
  readonly command: StepOutcome | null;
  readonly copy: StepOutcome | null;
  /** The last step: whatever uses the database waits for it. */
  readonly done: Resource;

  constructor(name: string, { endpoint, settings, snapshot, place }: JobArgs, opts: ComponentResourceOptions = {}) {
    super("landbridge:job:Job", name, {}, opts);
    let last: Resource | null = null;
    const run = (step: JobStep, also: readonly Input<Resource>[] = []): StepRun => {
      const placement = place.placement(step, this);
      const { strict } = settings;
      const done = new StepRun(
        `${name}-${step.name}`,
        { step, ...placement, strict },
        { parent: this, dependsOn: [...(last === null ? endpoint.ready : [last]), ...also] },
      );
      last = done;
      return done;
    };
    const stepArgs = (step: StepName) => ({ endpoint, settings, inside: place.isInside(step) });

    const { schema } = settings;
    const init = run(initStep(stepArgs("init"), initFiles(ROOT, settings.initSql), ownSqlHash(ROOT)));
    this.init = init;
    this.command = schema.by === "command" ? run(commandStep(stepArgs("command"), schema)) : null;
    if (snapshot === null || place.source === undefined) {
      this.copy = null;
    } else {
      const source = {
        location: place.source,
        sha256: snapshot.sha256,
        name: snapshot.sourceName,
        config: configText(settings.sourceConfig),
        reports: place.reports,
      };
      this.copy = run(copyStep(stepArgs("copy"), source), place.dependsOn);
      warnOfDifferences(this.copy, this);
    }
    this.done = last ?? init;
    this.registerOutputs({ copy: this.copy === null ? null : this.copy.summary });
  }
}

const configText = (path: string | null): string => {
  if (path === null) return "";
  try {
    return readFileSync(resolve(ROOT, path), "utf8");
  } catch (error) {
    throw configError("sourceConfig", `${path} cannot be read: ${messageOf(error)}.`);
  }
};

/** At each update, for as long as it is so. */
const warnOfDifferences = ({ exitCode, summary, report }: StepOutcome, job: Resource): void => {
  exitCode.apply((code) => {
    if (code !== ExitCode.DIFFERENCES) return;
    summary.apply((line) =>
      report.apply((path) => log.warn(`The copy is done, with differences. ${line}\n${path}`, job)),
    );
  });
};
