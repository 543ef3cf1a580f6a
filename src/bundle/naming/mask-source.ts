/**
 * Source text with everything that is not code made blank: comments, and what strings, templates and regular expressions hold
 * (their quotes stay). Lengths and line breaks stay, so that a position in the mask is the same position in the text.
 */
export function maskSource(text: string): string {
  const masked: string[] = [];
  const templates: number[] = [];
  let braces = 0;
  let at = 0;
  let significant = "";
  while (at < text.length) {
    const token = templates.at(-1) === braces ? templateText(text, at) : codeToken(text, at, significant);
    masked.push(token.blank ? blankBetweenQuotes(token.text) : token.text);
    at += token.text.length;
    if (!token.blank || !/^\/[/*]/.test(token.text))
      significant = (significant + token.text.trim()).slice(-12);
    if (token.opens === "template") templates.push(braces);
    if (token.opens === "substitution") templates[templates.length - 1] = -1 - braces;
    if (token.text === "{") braces += 1;
    if (token.text === "}" && templates.at(-1) === -1 - braces) templates[templates.length - 1] = braces;
    else if (token.text === "}") braces -= 1;
    if (token.closes === true) templates.pop();
  }
  return masked.join("");
}

interface Token {
  readonly text: string;
  readonly blank: boolean;
  readonly opens?: "template" | "substitution";
  readonly closes?: boolean;
}

const BLANK = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y;
const REGULAR_EXPRESSION = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;
const CODE = /[\p{L}\p{N}_$#]+|\s+|./suy;
/** A slash behind one of these starts a regular expression; elsewhere it divides. */
const BEFORE_EXPRESSION =
  /(?:^|[(,=:[!&|?{;+\-*%~^<>]|\b(?:return|typeof|case|in|of|delete|void|throw|new|await|yield))$/;

function codeToken(text: string, at: number, significant: string): Token {
  const blank = matchAt(BLANK, text, at);
  if (blank !== undefined) return { text: blank, blank: true };
  if (text[at] === "/" && BEFORE_EXPRESSION.test(significant)) {
    const expression = matchAt(REGULAR_EXPRESSION, text, at);
    if (expression !== undefined) return { text: expression, blank: true };
  }
  if (text[at] === "`") return { text: "`", blank: false, opens: "template" };
  return { text: matchAt(CODE, text, at) ?? text.charAt(at), blank: false };
}

const TEMPLATE_TEXT = /(?:\\[\s\S]|\$(?!\{)|[^\\`$])+/y;

function templateText(text: string, at: number): Token {
  if (text[at] === "`") return { text: "`", blank: false, closes: true };
  if (text.startsWith("${", at)) return { text: "${", blank: false, opens: "substitution" };
  return { text: matchAt(TEMPLATE_TEXT, text, at) ?? text.charAt(at), blank: true };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function blankBetweenQuotes(text: string): string {
  const quoted = /^["']/.test(text);
  const inner = (quoted ? text.slice(1, -1) : text).replace(/[^\n]/g, " ");
  return quoted ? text.charAt(0) + inner + text.charAt(0) : inner;
}
