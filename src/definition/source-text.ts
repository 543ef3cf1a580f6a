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
 * bracket in `[1, 2].map(...)`. Of a call whose callee has no name, V8 gives the parenthesis of the arguments and a source map the
 * start of the expression: both lead to the first parenthesis in `(() => electron(...))()`.
 */
export function callOffset({ text, code, lines }: SourceText, line: number, column: number): number {
  let at = (lines[line - 1] ?? text.length) + column - 1;
  for (;;) {
    while (at > 0 && /[\p{L}\p{N}_$#.]/u.test(code.charAt(at - 1))) at -= 1;
    const further = calleeBefore(code, at);
    if (further === undefined) return at;
    at = further;
  }
}

/** Where what stands in front of a call, an index or a field lies; `undefined` at the start of the expression. */
function calleeBefore(code: string, at: number): number | undefined {
  if (!/[.([]/.test(code.charAt(at))) return undefined;
  const before = code.slice(0, at).trimEnd();
  if (before.endsWith("?")) return code.charAt(at) === "." ? before.length - 1 : undefined;
  if (/[)\]]$/.test(before)) return Math.max(0, openBracket(code, before.length - 1));
  return before.endsWith("}") && code.charAt(at) === "("
    ? functionExpressionStart(code.slice(0, openBracket(code, before.length - 1)))
    : undefined;
}

const FUNCTION_HEAD = /(?:\basync\s+)?\bfunction\b\s*\*?\s*[\p{L}\p{N}_$]*\s*$/u;
/** What a function expression can follow; a declaration starts a statement, and what follows it is another one. */
const EXPRESSION_AHEAD = /(?:[=(,!&|?:+\-~[]|\b(?:return|void|await|typeof|new|default))\s*$/;

/** Where `function` stands, given the code in front of its body. */
function functionExpressionStart(before: string): number | undefined {
  const parameters = /\)(?:\s*:\s*[^;{}()=]+)?\s*$/.exec(before);
  const head = parameters && FUNCTION_HEAD.exec(before.slice(0, openBracket(before, parameters.index)));
  return head && EXPRESSION_AHEAD.test(before.slice(0, head.index)) ? head.index : undefined;
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
