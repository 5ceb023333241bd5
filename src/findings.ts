/** What a person should know about a crossing that is no error: collected by the plan and every step after it. */

/**
 * info: worth knowing · suggestion: a better mapping that changes what a reader sees, taken with `--accept suggestions`
 * · warning: something does not cross as it is · error: rows or objects that could not cross at all.
 */
export type Severity = "info" | "suggestion" | "warning" | "error";

/** One thing that a person should know about this crossing. `code` is stable and listed in docs/errors.md. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  /** `table`, `table.column`, `view name`, `index name` … in source names, unquoted. */
  readonly where: string;
  /** What was seen, with an example (a key, a value's form) where one helps. */
  readonly message: string;
  readonly remedy: string;
  /** How many values, rows or objects this is about. */
  readonly count: number;
}
