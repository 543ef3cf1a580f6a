/**
 * Source text with everything that is not code made blank: comments, and what strings, templates and regular expressions hold
 * (quotes stay). Lengths and line breaks stay, so that a position in the mask is the same position in the text.
 */
export function maskSource(text: string): string {
  const masked: string[] = [];
  /** What is open: templates, and the braces in them and around them. */
  const open: ("template" | "brace")[] = [];
  /** The end of the code so far, to tell a division from a regular expression. */
  let before = "";
  for (let at = 0; at < text.length; ) {
    const token = open.at(-1) === "template" ? templateToken(text, at) : codeToken(text, at, before);
    at += token.text.length;
    masked.push(token.shown);
    if (token.text === "`" && open.at(-1) === "template") open.pop();
    else if (token.text === "`") open.push("template");
    else if (token.text === "{" || token.text === "${") open.push("brace");
    else if (token.text === "}" && open.at(-1) === "brace") open.pop();
    before = (before + token.shown.trim()).slice(-12);
  }
  return masked.join("");
}

interface Token {
  readonly text: string;
  /** What of it is code, and blanks for the rest. */
  readonly shown: string;
}

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const STRING = /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y;
const REGULAR_EXPRESSION = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;
const CODE = /[\p{L}\p{N}_$#]+|\s+|./suy;
const TEMPLATE_TEXT = /(?:\\[\s\S]|\$(?!\{)|[^\\`$])+/y;
/** A slash behind one of these starts a regular expression; elsewhere it divides. */
const BEFORE_EXPRESSION =
  /(?:^|[(,=:[!&|?{;+\-*%~^<>]|(?:^|[^\w$.])(?:return|typeof|case|in|of|delete|void|throw|new|await|yield))$/;

function codeToken(text: string, at: number, before: string): Token {
  const first = text.charAt(at);
  if (first === "'" || first === '"') {
    const string = matchAt(STRING, text, at);
    if (string !== undefined) return { text: string, shown: first + blank(string.slice(1, -1)) + first };
  }
  if (first === "/") {
    const comment = matchAt(COMMENT, text, at);
    const expression = BEFORE_EXPRESSION.test(before) ? matchAt(REGULAR_EXPRESSION, text, at) : undefined;
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
