/** The verbs that the stack's job consists of; people may run each of them by hand. */
import type { Verb } from "./arguments.ts";
import { SOURCE, snapshotTimeout, source } from "./verbs.ts";

export const SNAPSHOT: Verb = {
  name: "snapshot",
  steps: ["snapshot"],
  summary:
    "A finished, checksummed copy of a live SQLite file, for jobs that run elsewhere. A file that has not changed since is not copied again.",
  positionals: [SOURCE],
  options: [
    source,
    {
      name: "output",
      short: "o",
      value: "FILE",
      default: "a name of its own in .landbridge/snapshots",
      description: "The copy's path; FILE.json beside it says what it was taken of.",
    },
    snapshotTimeout,
  ],
  examples: [
    { command: "npm run snapshot -- app.sqlite", does: "Into .landbridge/snapshots." },
    {
      command: "npm run snapshot -- /var/lib/app/app.sqlite -o app.snapshot.sqlite --json",
      does: "To a path of your own; prints path, sha256 and bytes.",
    },
  ],
};

export const JOB_VERBS: readonly Verb[] = [SNAPSHOT];
