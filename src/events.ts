/** The events of a run: the one way in which the engine tells what it is doing. */
import type { Finding } from "./findings.ts";

/** The steps of the story of a row, in order. Logs, timings and progress print these very words. */
export const STEPS = ["snapshot", "profile", "plan", "prepare", "copy", "finish", "verify", "report"] as const;
export type Step = (typeof STEPS)[number];

/** What the engine tells while it works. Progress, logs, metrics and reports all read this; nothing in src/ prints. */
export type RunEvent =
  | { readonly kind: "step-started"; readonly step: Step }
  | { readonly kind: "step-finished"; readonly step: Step; readonly seconds: number }
  /** `done` and `total` are in `unit`; `rows` counts rows so far where the unit is bytes. */
  | {
      readonly kind: "progress";
      readonly step: Step;
      readonly done: number;
      readonly total: number;
      readonly unit: "bytes" | "rows" | "tables" | "objects";
      readonly rows?: number;
      /** What is being worked on now, e.g. a table's source name. */
      readonly at?: string;
      /** How much of `at` is done, 0 to 1, where that takes long. */
      readonly share?: number;
      /** Shares of all that is being worked on, added up: what is done besides `done`. */
      readonly underWay?: number;
    }
  | { readonly kind: "note"; readonly step: Step; readonly message: string }
  | {
      readonly kind: "retry";
      readonly step: Step;
      readonly what: string;
      readonly attempt: number;
      readonly reason: string;
    }
  | { readonly kind: "finding"; readonly step: Step; readonly finding: Finding };

export type Emit = (event: RunEvent) => void;
