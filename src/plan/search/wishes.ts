/** What is to be searched in which table, before it becomes columns and indexes. */
import type { SearchDeclaration } from "../../source/search/model.ts";
import type { ColumnDraft, TableDraft } from "../drafts/model.ts";
import type { SearchConfiguration } from "./configuration.ts";
import type { Weight } from "./model.ts";

export interface SearchWish {
  /** The full-text table that it stands for. */
  readonly source: {
    readonly name: string;
    readonly declaration: SearchDeclaration;
    readonly rowid: string | null;
  } | null;
  readonly draft: TableDraft;
  readonly parts: readonly { readonly column: ColumnDraft; readonly weight: Weight }[];
  /** null: an index for LIKE on each part. */
  readonly configuration: SearchConfiguration | null;
  /** The column's name where the user has given it. */
  readonly name: string | null;
  readonly index: "gin" | "gist" | "none";
}

const WEIGHTS: readonly Weight[] = ["A", "B", "C", "D"];

/** Columns weigh by their order; the fourth and all behind it the least. */
export const weightAt = (position: number): Weight => WEIGHTS[position] ?? "D";
