import { maskSource } from "./mask-source.ts";

/** A module's source as its author wrote it, with its code apart from comments and strings. */
export interface SourceText {
  readonly text: string;
  /** As long as `text`: see {@link maskSource}. */
  readonly code: string;
  /** Where each line starts. */
  readonly lines: readonly number[];
}

export function sourceText(text: string): SourceText {
  const lines = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines.push(at + 1);
  return { text, code: maskSource(text), lines };
}

/**
 * The offset at which the called expression starts, given a position anywhere on it: that of `ct` in `ct.electron(...)`, of the first
 * bracket in `[1, 2].map(...)`.
 */
export function callOffset({ text, code, lines }: SourceText, line: number, column: number): number {
  let at = (lines[line - 1] ?? text.length) + column - 1;
  for (;;) {
    while (at > 0 && /[\p{L}\p{N}_$#.]/u.test(code.charAt(at - 1))) at -= 1;
    if (code.charAt(at) !== "." || !/[)\]]/.test(code.charAt(at - 1))) return at;
    at = Math.max(0, openBracket(code, at - 1));
  }
}

/** The bracket that is open at an offset, or -1 at the top level. */
export function openBracket(code: string, offset: number): number {
  let depth = 0;
  for (let at = offset - 1; at >= 0; at -= 1) {
    const character = code.charAt(at);
    if (")]}".includes(character)) depth += 1;
    else if ("([{".includes(character)) {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return -1;
}
