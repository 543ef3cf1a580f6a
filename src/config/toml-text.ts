import { parse } from "smol-toml";

/**
 * Finds and changes single keys in the text of a TOML file and leaves every other character as it is: comments, order, line ends.
 *
 * Nothing here understands TOML. It proposes edits by looking at the text, and the parser decides which of them means what is
 * wanted; so texts in texts, dotted keys and inline tables need no care, and what no proposal fits is not changed at all.
 */

type Tree = Readonly<Record<string, unknown>>;

/** Where a key's value stands in a text. */
export interface ValuePlace {
  readonly start: number;
  readonly end: number;
}

/** A value that no file has. */
const SENTINEL = "\u0001here\u0001";
const SENTINEL_LITERAL = JSON.stringify(SENTINEL);

/** Where the value of a key of the schema stands; `undefined` when the text does not set it. */
export function findValue(text: string, key: readonly string[]): ValuePlace | undefined {
  const name = key.at(-1) ?? "";
  for (const match of text.matchAll(new RegExp(`(?<![\\w-])(["']?)${name}\\1[ \\t]*=[ \\t]*`, "g"))) {
    const start = match.index + match[0].length;
    const end = endOfValue(text, start);
    if (end === undefined) continue;
    const marked = treeOf(replaced(text, { start, end }, SENTINEL_LITERAL));
    if (marked !== undefined && valueAt(marked, key) === SENTINEL) return { start, end };
  }
  return undefined;
}

/** The line, counted from 1, on which a key or what stands in its way is written; `undefined` when it is not in the text. */
export function lineOf(text: string, key: readonly string[]): number | undefined {
  for (let length = key.length; length > 0; length -= 1) {
    const trail = key.slice(0, length);
    const place = findValue(text, trail)?.start ?? headerAt(text, trail);
    if (place !== undefined) return text.slice(0, place).split("\n").length;
  }
  return undefined;
}

export function replaced(text: string, { start, end }: ValuePlace, literal: string): string {
  return text.slice(0, start) + literal + text.slice(end);
}

/**
 * Texts that could set a key which the text does not have, the most natural first: in its own table, in a new one, in an inline
 * table, as a dotted key of a table above. They may be wrong, or no TOML.
 */
export function* withNewKey(text: string, key: readonly string[], literal: string): Generator<string> {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const assignment = (from: number): string => `${key.slice(from).join(".")} = ${literal}`;
  const own = key.length - 1;
  yield* inTable(text, key.slice(0, own), assignment(own), eol);
  const gap = text === "" ? "" : text.endsWith("\n") ? eol : eol + eol;
  yield `${text}${gap}[${key.slice(0, own).join(".")}]${eol}${assignment(own)}${eol}`;
  for (const { index } of text.matchAll(/\}/g)) {
    const before = text.slice(0, index).trimEnd();
    const comma = before.endsWith("{") ? "" : ",";
    for (let from = own; from > 0; from -= 1) {
      yield `${before}${comma} ${assignment(from)} ${text.slice(index)}`;
    }
  }
  for (let from = own - 1; from >= 0; from -= 1) {
    yield* inTable(text, key.slice(0, from), assignment(from), eol);
  }
}

/** The line added at the end of a table's own lines; those without a header belong to the file itself. */
function* inTable(
  text: string,
  table: readonly string[],
  assignment: string,
  eol: string,
): Generator<string> {
  const start = table.length === 0 ? 0 : headerAt(text, table);
  if (start === undefined) return;
  const rest = text.slice(start);
  const next = /\n[ \t]*\[/.exec(rest)?.index ?? rest.length;
  const lines = rest.slice(0, next).trimEnd();
  const after = rest.slice(lines.length);
  yield `${text.slice(0, start)}${lines}${lines === "" ? "" : eol}${assignment}${after === "" ? eol : after}`;
}

/** Where the header of a table begins. */
function headerAt(text: string, table: readonly string[]): number | undefined {
  for (const { 1: inner = "", index } of text.matchAll(/^[ \t]*\[([^[\]\n]+)\][ \t]*(?:#.*)?\r?$/gm)) {
    const parts = inner.split(".").map((part) => part.trim().replace(/^(["'])(.*)\1$/, "$2"));
    if (parts.length === table.length && parts.every((part, at) => part === table[at])) return index;
  }
  return undefined;
}

/** A value ends before the first comma, brace, comment or line end up to which it is one. */
function endOfValue(text: string, start: number): number | undefined {
  for (const { index } of text.slice(start).matchAll(/[,}#\r\n]|$/g)) {
    const value = text.slice(start, start + index).trimEnd();
    if (value !== "" && treeOf(`x = ${value}`) !== undefined) return start + value.length;
  }
  return undefined;
}

function treeOf(text: string): Tree | undefined {
  try {
    return parse(text, { integersAsBigInt: "asNeeded" });
  } catch {
    return undefined;
  }
}

/** What a tree holds under a key. */
export function valueAt(tree: Tree, key: readonly string[]): unknown {
  let value: unknown = tree;
  for (const part of key) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Tree)[part];
  }
  return value;
}
