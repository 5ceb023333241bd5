/** Rows of text as psql prints them: a heading, a rule, columns side by side, and how many there were. */
export const alignedTable = (names: readonly string[], rows: readonly (readonly (string | null)[])[]): string => {
  const cells = rows.map((row) => row.map((value) => (value ?? "").replaceAll("\n", "↵")));
  const widths = names.map((name, at) => Math.max(name.length, ...cells.map((row) => row[at]!.length)));
  const line = (values: readonly string[]): string =>
    values
      .map((value, at) => ` ${value.padEnd(widths[at]!)} `)
      .join("|")
      .trimEnd();
  const rule = widths.map((width) => "-".repeat(width + 2)).join("+");
  return [line(names), rule, ...cells.map(line), `(${rows.length} ${rows.length === 1 ? "row" : "rows"})`].join("\n");
};
