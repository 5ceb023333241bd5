/** Where a rehearsal takes place: what the embedded PostgreSQL and a stack on Docker have in common. */

import type { Mark } from "../../src/rehearsal/prediction.ts";
import type { RunReport } from "../../src/report/model.ts";
import type { Target } from "../../src/target/model.ts";
import type { Dumper } from "../stack/dump.ts";

export interface Stage {
  readonly kind: "embedded" | "docker";
  /** Makes the database, copies and proves. May be interrupted anywhere. */
  readonly stand: () => Promise<Standing>;
  /** Takes away whatever is there, also of a stage that was interrupted, and names it. */
  readonly destroy: () => Promise<readonly string[]>;
  /** How a person removes what `--keep` has left. */
  readonly removal: string;
}

export interface Standing {
  /** With the right to make a schema. */
  readonly target: Target;
  /** For the application: with its password. */
  readonly applicationUrl: string;
  /** The snapshot that was copied. */
  readonly snapshot: string;
  readonly report: RunReport;
  readonly marks: ReadonlyMap<string, readonly Mark[]>;
  /** An empty database on the same server. */
  readonly freshDatabase: (name: string) => Promise<{ readonly target: Target; readonly url: string }>;
  /** Or why no dump can be made here. */
  readonly dumper: Dumper | { readonly unavailable: string };
}
