/** Aligned columns of plain text within a width: tables of the text report and of the terminal. */

export interface GridColumn {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Shrinks first when the width does not suffice; at least this many columns of it stay. */
  readonly least?: number;
}

const GAP = "  ";
const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
// The East Asian Wide and Fullwidth blocks and pictographs: two cells each in every terminal.
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const ASCII = /^[\x20-\x7e]*$/;

const graphemeWidth = (grapheme: string): number => (WIDE.test(grapheme) ? 2 : 1);

/** Cells that a text takes in a terminal. */
export const displayWidth = (text: string): number => {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += graphemeWidth(segment);
  return width;
};

/** The text, or its start and an ellipsis, in at most `width` cells. */
export const truncate = (text: string, width: number): string => {
  if (displayWidth(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    used += graphemeWidth(segment);
    if (used > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
};

const pad = (text: string, width: number, align: GridColumn["align"]): string => {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "right" ? space + text : text + space;
};

/** Lines of a table: titles, a rule, rows; no line is wider than `width` cells. Cells must hold no line breaks. */
export const grid = (columns: readonly GridColumn[], rows: readonly (readonly string[])[], width: number): string[] => {
  const widths = shrinkToWidth(
    columns,
    columns.map(({ title }, index) =>
      rows.reduce((widest, row) => Math.max(widest, displayWidth(row[index] ?? "")), displayWidth(title)),
    ),
    width,
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => pad(truncate(cells[index] ?? "", widths[index]!), widths[index]!, align))
      .join(GAP)
      .trimEnd();
  return [
    line(columns.map(({ title }) => title)),
    widths.map((cells) => "─".repeat(cells)).join(GAP),
    ...rows.map((row) => line(row)),
  ];
};

/** Takes from the widest shrinkable column, one cell at a time, until the line fits. */
const shrinkToWidth = (columns: readonly GridColumn[], wanted: readonly number[], width: number): number[] => {
  const widths = [...wanted];
  let excess = widths.reduce((total, cells) => total + cells, GAP.length * (columns.length - 1)) - width;
  while (excess > 0) {
    const widest = columns
      .map(({ least }, index) => ({ index, spare: least === undefined ? 0 : widths[index]! - least }))
      .filter(({ spare }) => spare > 0)
      .sort((a, b) => widths[b.index]! - widths[a.index]!)[0];
    if (widest === undefined) break;
    widths[widest.index]! -= 1;
    excess -= 1;
  }
  return widths;
};

/**
 * Breaks a text at spaces into lines of at most `width` cells, each after the first led by `indent`; keeps its own line
 * breaks.
 */
export const wrap = (text: string, width: number, indent = ""): string[] => {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = lines.length === 0 ? "" : indent;
    let empty = true;
    for (const word of paragraph.split(" ")) {
      const candidate = empty ? line + word : `${line} ${word}`;
      if (!empty && displayWidth(candidate) > width) {
        lines.push(line);
        line = indent + word;
      } else {
        line = candidate;
      }
      empty = false;
    }
    lines.push(line);
  }
  return lines;
};
