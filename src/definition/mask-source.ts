/**
 * Source text with everything that is not code made blank: comments, and what strings, templates and regular expressions hold
 * (quotes stay). Lengths and line breaks stay, so that a position in the mask is the same position in the text.
 */
export function maskSource(text: string): string {
  const masked: string[] = [];
  /** What is open: templates, and the braces in them and around them. */
  const open: ("template" | "brace")[] = [];
  let before = NOTHING;
  for (let at = 0; at < text.length; ) {
    const token = open.at(-1) === "template" ? templateToken(text, at) : codeToken(text, at, before);
    at += token.text.length;
    masked.push(token.shown);
    if (token.text === "`" && open.at(-1) === "template") open.pop();
    else if (token.text === "`") open.push("template");
    else if (token.text === "{" || token.text === "${") open.push("brace");
    else if (token.text === "}" && open.at(-1) === "brace") open.pop();
    before = after(before, token.shown);
  }
  return masked.join("");
}

interface Token {
  readonly text: string;
  /** What of it is code, and blanks for the rest. */
  readonly shown: string;
}

/** What of the code so far tells a division from a regular expression. */
interface Before {
  /** The last token that is not blank, and the one in front of it. */
  readonly last: string;
  readonly previous: string;
  /** For each open parenthesis, whether it is the head of a statement, as in `if (...)`. */
  readonly heads: readonly boolean[];
  /** The last token closes the head of a statement. */
  readonly closesHead: boolean;
  /** A line has ended behind the last token. */
  readonly newLine: boolean;
}

const NOTHING: Before = { last: "", previous: "", heads: [], closesHead: false, newLine: false };

const HEAD = /^(?:if|for|while|with)$/;

function after(before: Before, shown: string): Before {
  const last = shown.trim();
  if (last === "") return shown.includes("\n") ? { ...before, newLine: true } : before;
  const { heads } = before;
  const next = { last, previous: before.last, heads, closesHead: false, newLine: false };
  if (last === "(") return { ...next, heads: [...heads, HEAD.test(before.last) && before.previous !== "."] };
  if (last === ")") return { ...next, heads: heads.slice(0, -1), closesHead: heads.at(-1) === true };
  return next;
}

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const STRING = /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y;
const REGULAR_EXPRESSION = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;
const CODE = /[\p{L}\p{N}_$#]+|\s+|./suy;
const TEMPLATE_TEXT = /(?:\\[\s\S]|\$(?!\{)|[^\\`$])+/y;
const OPERATOR = /^[(,=:[!&|?{;+\-*%~^<>]$/;
const KEYWORD = /^(?:return|typeof|case|in|of|do|else|delete|void|throw|new|await|yield|default|instanceof)$/;
const VALUE = /[\p{L}\p{N}_$)\]]$/u;

/**
 * Whether a slash starts a regular expression; elsewhere it divides. After `}` it does at the start of a line, where nobody puts a
 * division; `i++ / 2` and `value! / 2` divide.
 */
function startsExpression({ last, previous, closesHead, newLine }: Before): boolean {
  if (last === "" || closesHead) return true;
  if (last === "}") return newLine;
  if (last === "!" && VALUE.test(previous) && !KEYWORD.test(previous)) return false;
  if (/^[+-]$/.test(last) && previous === last) return false;
  return OPERATOR.test(last) || (KEYWORD.test(last) && previous !== ".");
}

function codeToken(text: string, at: number, before: Before): Token {
  const first = text.charAt(at);
  if (first === "'" || first === '"') {
    const string = matchAt(STRING, text, at);
    if (string !== undefined) return { text: string, shown: first + blank(string.slice(1, -1)) + first };
  }
  if (first === "/") {
    const comment = matchAt(COMMENT, text, at);
    const expression = startsExpression(before) ? matchAt(REGULAR_EXPRESSION, text, at) : undefined;
    const blanked = comment ?? expression;
    if (blanked !== undefined) return { text: blanked, shown: blank(blanked) };
  }
  return asIs(matchAt(CODE, text, at) ?? first);
}

function templateToken(text: string, at: number): Token {
  if (text[at] === "`") return asIs("`");
  if (text.startsWith("${", at)) return asIs("${");
  const content = matchAt(TEMPLATE_TEXT, text, at) ?? text.charAt(at);
  return { text: content, shown: blank(content) };
}

function asIs(text: string): Token {
  return { text, shown: text };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}
