// Text tables, and numbers as people read them.

export type Cells = readonly string[];

/** Columns as wide as their widest cell; those named in `rightAligned` stand to the right. A null row is a rule. */
export function renderTable(header: Cells, rows: readonly (Cells | null)[], rightAligned: ReadonlySet<string>): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row?.[column]?.length ?? 0)),
  );
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  const line = (cells: Cells) =>
    header
      .map((title, column) => {
        const cell = cells[column] ?? "";
        const width = widths[column] ?? 0;
        return rightAligned.has(title) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return [line(header), rule, ...rows.map((row) => (row === null ? rule : line(row)))].join("\n");
}

/** Decimal units, as file managers and CDN bills have them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  // 999.95 KB would round to 1000.0 KB.
  if (bytes < 999_950) return `${(bytes / 1_000).toFixed(1)} KB`;
  return `${(bytes / 1_000_000).toFixed(2)} MB`;
}

export function formatSaved(before: number, after: number): string {
  return before === 0 ? "" : `${(((before - after) / before) * 100).toFixed(1)} %`;
}

/** Keeps the end, which is where URLs differ. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `...${text.slice(3 - length)}`;
}
