import { parse } from "smol-toml";

/** Where in a text a key's value stands: lines counted from 0, the last one included, and the column where the value begins. */
export interface KeyPlace {
  readonly line: number;
  readonly lastLine: number;
  readonly column: number;
}

/** Where a table's own lines are: behind its header, up to the next header. */
interface TablePlace {
  readonly endLine: number;
}

/**
 * Finds the line that sets a key, under its table's header or as a dotted key.
 *
 * It reads line by line and knows nothing of keys inside texts of several lines or inline tables; what is found is a proposal
 * that {@link replaceValue}'s caller checks by parsing the outcome.
 */
export function findKey(text: string, key: readonly string[]): KeyPlace | undefined {
  const lines = text.split("\n");
  let table: readonly string[] = [];
  for (const [line, content] of lines.entries()) {
    const header = headerOf(content);
    if (header !== undefined) table = header;
    const assigned = assignmentOf(content);
    if (assigned === undefined || !same([...table, ...assigned.key], key)) continue;
    return { line, lastLine: lastLineOf(lines, line, assigned.column), column: assigned.column };
  }
  return undefined;
}

/** The text with the value of one key replaced, or with the key added to its table, or with a new table at the end. */
export function replaceValue(text: string, key: readonly string[], literal: string): string {
  const lines = text.split("\n");
  const place = findKey(text, key);
  if (place !== undefined) {
    const first = lines[place.line] ?? "";
    const comment = place.line === place.lastLine ? commentOf(first, place.column) : "";
    lines.splice(
      place.line,
      place.lastLine - place.line + 1,
      first.slice(0, place.column) + literal + comment,
    );
    return lines.join("\n");
  }
  const assignment = `${key.at(-1)} = ${literal}`;
  const table = findTable(lines, key.slice(0, -1));
  if (table !== undefined) {
    lines.splice(table.endLine, 0, assignment);
    return lines.join("\n");
  }
  const gap = text === "" ? "" : text.endsWith("\n") ? "\n" : "\n\n";
  return `${text}${gap}[${key.slice(0, -1).join(".")}]\n${assignment}\n`;
}

function findTable(lines: readonly string[], table: readonly string[]): TablePlace | undefined {
  const start = lines.findIndex((line) => same(headerOf(line) ?? [], table));
  if (start < 0) return undefined;
  const next = lines.findIndex((line, index) => index > start && /^\s*\[/.test(line));
  let endLine = next < 0 ? lines.length : next;
  while (endLine > start + 1 && lines[endLine - 1]?.trim() === "") endLine -= 1;
  return { endLine };
}

function headerOf(line: string): readonly string[] | undefined {
  const inner = /^\s*\[([^[\]]+)\]\s*(#.*)?$/.exec(line)?.[1];
  return inner === undefined ? undefined : partsOf(inner);
}

function assignmentOf(line: string): { key: readonly string[]; column: number } | undefined {
  const match = /^(\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=\s*)/.exec(line);
  const [, before, name] = match ?? [];
  return before === undefined || name === undefined
    ? undefined
    : { key: partsOf(name), column: before.length };
}

function partsOf(name: string): readonly string[] {
  return name.split(".").map((part) => part.trim().replace(/^(["'])(.*)\1$/, "$2"));
}

/** A value may go on over several lines: it ends on the first line with which it is a value. */
function lastLineOf(lines: readonly string[], line: number, column: number): number {
  let value = lines[line]?.slice(column) ?? "";
  for (let last = line; last < lines.length; last += 1) {
    if (last > line) value += `\n${lines[last]}`;
    if (isToml(`x = ${value}`)) return last;
  }
  return line;
}

/** The comment behind a value, with the blanks before it. */
function commentOf(line: string, column: number): string {
  for (let at = line.indexOf("#", column); at >= 0; at = line.indexOf("#", at + 1)) {
    const value = line.slice(column, at);
    if (isToml(`x = ${value}`)) return line.slice(column + value.trimEnd().length);
  }
  return line.endsWith("\r") ? "\r" : "";
}

function isToml(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}
