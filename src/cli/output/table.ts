import { stripVTControlCharacters } from "node:util";

/** A column: its heading, and whether numbers line up at its right. */
export interface Column {
  readonly title: string;
  readonly right?: boolean;
}

const GAP = "  ";
/** Less of a column than this says nothing. */
const NARROWEST = 6;

/**
 * Lines of a table whose columns line up, colours and all. Where they would be longer than `limit`, the widest columns give way.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  limit = Number.POSITIVE_INFINITY,
): string {
  const titles = columns.map(({ title }) => title);
  const flat = rows.map((row) => row.map((cell) => cell.replaceAll(/\s+/g, " ")));
  const natural = columns.map((_, index) =>
    Math.max(...[titles, ...flat].map((row) => widthOf(row[index] ?? ""))),
  );
  const widths = narrowed(natural, limit - GAP.length * (columns.length - 1));
  const line = (row: readonly string[]): string =>
    columns
      .map((column, index) => padded(row[index] ?? "", widths[index] ?? 0, column.right === true))
      .join(GAP)
      .trimEnd();
  return [titles, ...flat].map(line).join("\n");
}

/** A text made to fit: what is too long ends in `…`, and loses its colours. */
export function shortened(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return `${stripVTControlCharacters(text).slice(0, Math.max(0, width - 1))}…`;
}

/** Takes from the widest column, one character at a time, until all of them fit or none can give any more. */
function narrowed(natural: readonly number[], room: number): readonly number[] {
  const widths = [...natural];
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - room; excess > 0; excess -= 1) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return widths;
}

function padded(text: string, width: number, right: boolean): string {
  const cell = shortened(text, width);
  const blanks = " ".repeat(Math.max(0, width - widthOf(cell)));
  return right ? blanks + cell : cell + blanks;
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
