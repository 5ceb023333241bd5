/** Collects what differs in one table: every row is counted, the first ones are described. */
import type { PlanColumn } from "../plan/model.ts";
import { describe, describeKey, describeRow } from "./describe.ts";
import type { Layout } from "./layout.ts";
import { type Difference, MAX_DIFFERENCES } from "./model.ts";
import { type RowBuffer, skipColumn } from "./row-buffer.ts";

/** One canonical row within a buffer, with what it is called where its columns do not say it. */
export interface RowAt {
  readonly bytes: Buffer;
  readonly start: number;
  readonly label: string;
}

export const rowAt = (buffer: RowBuffer, index: number): RowAt => ({
  bytes: buffer.bytes,
  start: buffer.starts[index]!,
  label: buffer.labels[index] ?? "",
});

export class Differences {
  rows = 0;
  isAtLeast = false;
  readonly list: Difference[] = [];
  readonly #layout: Layout;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  missing(row: RowAt): void {
    this.rows++;
    this.#add(() => ({ key: this.#name(row), column: null, source: this.#whole(row), target: "", kind: "missing" }));
  }

  unexpected(row: RowAt): void {
    this.rows++;
    this.#add(() => ({ key: this.#name(row), column: null, source: "", target: this.#whole(row), kind: "unexpected" }));
  }

  /** Both sides have the row; says which of its columns differ. */
  changed(source: RowAt, target: RowAt): void {
    this.rows++;
    let left = source.start;
    let right = target.start;
    for (const column of this.#layout.columns) {
      const leftEnd = skipColumn(source.bytes, left);
      const rightEnd = skipColumn(target.bytes, right);
      if (source.bytes.compare(target.bytes, right, rightEnd, left, leftEnd) !== 0)
        this.value(
          this.#name(source),
          column,
          describe(column.type, source.bytes, left),
          describe(column.type, target.bytes, right),
        );
      left = leftEnd;
      right = rightEnd;
    }
  }

  /** One value; its row is counted by the caller. */
  value(key: string, column: PlanColumn, source: string, target: string): void {
    this.#add(() => ({ key, column: column.target, source, target, kind: "value" }));
  }

  #add(difference: () => Difference): void {
    if (this.list.length < MAX_DIFFERENCES) this.list.push(difference());
  }

  #name({ bytes, start, label }: RowAt): string {
    return this.#layout.keyCount === 0 ? label : describeKey(this.#layout, bytes, start);
  }

  #whole({ bytes, start }: RowAt): string {
    return describeRow(this.#layout, bytes, start);
  }
}
