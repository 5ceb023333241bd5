/** Collects the planner's findings; one object finding a line, in the order in which the plan is built. */
import type { Finding, Severity } from "../findings.ts";

export class FindingList {
  readonly #findings: Finding[] = [];

  add(code: string, severity: Severity, where: string, message: string, remedy: string, count = 1): void {
    this.#findings.push({ code, severity, where, message, remedy, count });
  }

  get all(): readonly Finding[] {
    return this.#findings;
  }
}
