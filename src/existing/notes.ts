/** What a plan for an application's own tables has to say: what stands in its way, and what a person should know. */
import type { Severity } from "../findings.ts";
import { FindingList } from "../plan/findings.ts";

export class Notes {
  readonly refusals: string[] = [];
  readonly #findings = new FindingList();

  /** Something would be lost or cannot be done: no row is moved until it is settled. */
  refuse(where: string, message: string): void {
    this.refusals.push(`${where}: ${message}`);
  }

  add(code: string, severity: Severity, where: string, message: string, remedy: string, count = 1): void {
    this.#findings.add(code, severity, where, message, remedy, count);
  }

  get findings() {
    return this.#findings.all;
  }
}

/** `1 row`, `2 rows`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
