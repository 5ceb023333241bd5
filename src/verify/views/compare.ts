/** The rows of one view on both sides as a multiset: by hashes first, and those that differ once more, row by row. */
import { hash } from "node:crypto";
import type { PlanView } from "../../plan/model.ts";
import { describeRow } from "../describe.ts";
import type { RowBuffer } from "../row-buffer.ts";
import { sameRow, type ViewRow, viewRow } from "./canonical.ts";
import { MAX_VIEW_DIFFERENCES, type ViewDifference } from "./model.ts";
import { layoutOfView, type TakeRows } from "./rows.ts";

type Side = ViewDifference["side"];

/** Rows that are held to be paired; beyond, they count as differing as they are. */
const MOST_HELD = 2_000;

interface HeldRow extends ViewRow {
  readonly shown: string;
}

/** Memory: one entry for each distinct row, up to the most rows that a view is compared with. */
export class ViewComparison {
  readonly #view: PlanView;
  /** Rows of SQLite minus those of PostgreSQL, by the hash of a row. */
  readonly #counts = new Map<string, number>();
  readonly #held = { SQLite: [] as HeldRow[], PostgreSQL: [] as HeldRow[] };
  #unheld = 0;

  constructor(view: PlanView) {
    this.#view = view;
  }

  /** Counts one side's rows. */
  count(side: Side): TakeRows {
    return (rows) =>
      this.#each(rows, (row) => {
        const key = keyOf(row);
        const left = (this.#counts.get(key) ?? 0) + (side === "SQLite" ? 1 : -1);
        if (left === 0) this.#counts.delete(key);
        else this.#counts.set(key, left);
      });
  }

  get isEqual(): boolean {
    return this.#counts.size === 0;
  }

  /** The second look: holds the rows of a side that the other has fewer of. */
  hold(side: Side): TakeRows {
    const sign = side === "SQLite" ? 1 : -1;
    const layout = layoutOfView(this.#view);
    return (rows) =>
      this.#each(rows, (row, index) => {
        const key = keyOf(row);
        const left = (this.#counts.get(key) ?? 0) * sign;
        if (left <= 0) return;
        this.#counts.set(key, (left - 1) * sign);
        if (this.#held[side].length >= MOST_HELD) this.#unheld++;
        else this.#held[side].push({ ...row, shown: describeRow(layout, rows.bytes, rows.starts[index]!) });
      });
  }

  /** What is left once rows that differ in the last digits alone are paired. */
  differences(): { readonly differing: number; readonly list: readonly ViewDifference[] } {
    const left = [...this.#held.PostgreSQL];
    const missing = this.#held.SQLite.filter((row) => {
      const same = left.findIndex((other) => sameRow(row, other));
      if (same >= 0) left.splice(same, 1);
      return same < 0;
    });
    const list = [
      ...missing.slice(0, MAX_VIEW_DIFFERENCES / 2).map(({ shown }) => ({ side: "SQLite" as const, row: shown })),
      ...left.slice(0, MAX_VIEW_DIFFERENCES / 2).map(({ shown }) => ({ side: "PostgreSQL" as const, row: shown })),
    ];
    return { differing: missing.length + left.length + this.#unheld, list };
  }

  #each(rows: RowBuffer, take: (row: ViewRow, index: number) => void): void {
    for (let index = 0; index < rows.count; index++) take(viewRow(this.#view, rows, index), index);
  }
}

const keyOf = ({ columns }: ViewRow): string => hash("md5", JSON.stringify(columns), "base64");
