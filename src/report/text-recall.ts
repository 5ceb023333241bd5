/** What indexes over vectors find, in the text report: the share of the true neighbours, and why some were not compared. */
import type { RecallProof } from "../verify/recall/model.ts";
import { grid, wrap } from "./grid.ts";
import { WIDTH } from "./text-parts.ts";
import { formatCount, visible } from "./words.ts";

export const recallLines = (indexes: readonly RecallProof[]): string[] => [
  ...comparedLines(indexes.filter(({ notCompared }) => notCompared === null)),
  ...indexes.flatMap((proof) =>
    proof.notCompared === null
      ? []
      : wrap(`- ${searchedColumn(proof)}: not compared: ${visible(proof.notCompared)}`, WIDTH, "  "),
  ),
];

const comparedLines = (indexes: readonly RecallProof[]): string[] =>
  indexes.length === 0
    ? []
    : grid(
        [
          { title: "Column", least: 16 },
          { title: "Index", least: 16 },
          { title: "Metric" },
          { title: "Queries", align: "right" },
          { title: "k", align: "right" },
          { title: "Recall", align: "right" },
          { title: "Without index", align: "right" },
        ],
        indexes.map((proof) => [
          searchedColumn(proof),
          visible(proof.index),
          proof.metric,
          formatCount(proof.queries),
          formatCount(proof.neighbours),
          recallShare(proof.recall),
          recallShare(proof.recallWithoutIndex),
        ]),
        WIDTH,
      );

export const searchedColumn = ({ table, column }: RecallProof): string => `${visible(table)}.${visible(column)}`;

/** `0.985` */
export const recallShare = (share: number | null): string => (share ?? 0).toFixed(3);
