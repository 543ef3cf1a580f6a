import { stripVTControlCharacters } from "node:util";

/** A column: its heading, and whether numbers line up at its right. */
export interface Column {
  readonly title: string;
  readonly right?: boolean;
}

/** Lines of a table whose columns line up, colours and all. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const titles = columns.map(({ title }) => title);
  const widths = columns.map((_, index) =>
    Math.max(...[titles, ...rows].map((row) => widthOf(row[index] ?? ""))),
  );
  const line = (row: readonly string[]): string =>
    columns
      .map((column, index) => padded(row[index] ?? "", widths[index] ?? 0, column.right === true))
      .join("  ")
      .trimEnd();
  return [titles, ...rows].map(line).join("\n");
}

/** A text made to fit: what is too long ends in `…`. */
export function shortened(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

function padded(text: string, width: number, right: boolean): string {
  const blanks = " ".repeat(Math.max(0, width - widthOf(text)));
  return right ? blanks + text : text + blanks;
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
