import { openBracket, type SourceText } from "./source-text.ts";

const NAME = "[\\p{L}_$#][\\p{L}\\p{N}_$]*";
const DECLARATION = new RegExp(
  `\\b(?:const|let|var|using|static|readonly|accessor|public|private|protected|override)\\s+(?!(?:static|readonly|accessor|override)\\b)(${NAME})\\s*[!?]?\\s*(?::|$)`,
  "gu",
);
const TYPED_FIELD = new RegExp(`(?:^|\\n)[ \\t]*(${NAME})\\s*[!?]?\\s*:[^\\n]*$`, "u");
const TARGET = new RegExp(`(${NAME})\\s*[!?]?\\s*$`, "u");
const CALLEE = new RegExp(`(?:${NAME}|\\.)*$`, "u");

/** The target of `module.exports = ...`: no name that anybody gave, and none that a variable can have. */
export const MODULE_EXPORTS = "module.exports";

/**
 * The name of the variable or property that the value of a call is assigned to, directly or through calls around it
 * (`const clean = traced(electron(...))`); `default` for a default export, {@link MODULE_EXPORTS} for what is all that a CommonJS
 * module exports; `undefined` when there is none.
 *
 * @param offset where the called expression starts
 */
export function assignedName(source: SourceText, offset: number): string | undefined {
  const { code } = source;
  for (let at = offset; ; ) {
    const before = code.slice(0, at).trimEnd();
    const last = before.at(-1);
    if (/(?:^|[^.\w$])export\s+default$/.test(before)) return "default";
    if (/(?:^|[^.\w$])await$/.test(before)) at = before.length - "await".length;
    else if (last === "=" && !/[=!<>]=$/.test(before))
      return targetOf(before.replace(/(?:\?\?|\|\||&&|[-+*/%])?=$/, ""));
    else if (last === ":") return keyOf(source, before.slice(0, -1).trimEnd());
    else if (last === "(" || last === ",") {
      const open = openBracket(code, before.length - (last === "(" ? 0 : 1));
      if (open < 0 || code.charAt(open) !== "(") return undefined;
      at = calleeOf(code, open);
    } else return undefined;
  }
}

/** What an assignment assigns to, given the code in front of its `=`. */
function targetOf(before: string): string | undefined {
  const statement = before.slice(statementStart(before));
  const declared = [...statement.matchAll(DECLARATION)].at(-1)?.[1];
  const target = declared ?? TYPED_FIELD.exec(statement)?.[1] ?? TARGET.exec(statement)?.[1];
  return target === "exports" ? MODULE_EXPORTS : target?.replace(/^#/, "");
}

/** Where the statement starts whose code ends the text; it may hold types with brackets and arrows. */
function statementStart(before: string): number {
  let depth = 0;
  for (let at = before.length - 1; at >= 0; at -= 1) {
    const character = before.charAt(at);
    if (")]}".includes(character)) depth += 1;
    else if ("([{".includes(character)) depth -= 1;
    if (depth < 0 || (depth === 0 && (character === ";" || (character === "," && !insideAngles(before, at)))))
      return at + 1;
  }
  return 0;
}

/** True for the comma in `Map<string, number>`. */
function insideAngles(code: string, comma: number): boolean {
  const rest = code.slice(comma).replaceAll("=>", "");
  return rest.split(">").length > rest.split("<").length;
}

/** The key of a property, given the code in front of its `:`. Anything but a key of an object literal has none. */
function keyOf({ text, code }: SourceText, before: string): string | undefined {
  const quote = before.at(-1);
  if (quote === '"' || quote === "'") {
    const open = before.lastIndexOf(quote, before.length - 2);
    return startsProperty(code, open) ? text.slice(open + 1, before.length - 1) : undefined;
  }
  const name = TARGET.exec(before);
  return name !== null && startsProperty(code, name.index) ? name[1] : undefined;
}

function startsProperty(code: string, at: number): boolean {
  return /[{,]\s*$/.test(code.slice(0, at));
}

/** Where the expression in front of an opening parenthesis starts; type arguments are skipped. */
function calleeOf(code: string, open: number): number {
  const before = code
    .slice(0, open)
    .replace(/<[^<>;]*(?:<[^<>;]*>[^<>;]*)*>\s*$/, "")
    .trimEnd();
  return CALLEE.exec(before)?.index ?? before.length;
}
