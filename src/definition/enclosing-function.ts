import { openBracket } from "./source-text.ts";

/**
 * True when the code at an offset runs only when some function is called, false when evaluating the module runs it (blocks, class
 * bodies and static initialisers included). Read from the text, so that a client and a bundle agree whatever ran the module.
 */
export function insideFunction(code: string, offset: number): boolean {
  for (let at = offset; at > 0; ) {
    const open = openBracket(code, at);
    if (arrowBetween(code, open + 1, at)) return true;
    if (open < 0) return false;
    if (code.charAt(open) === "{" && isFunctionBody(code.slice(0, open))) return true;
    at = open;
  }
  return false;
}

/** An arrow function without braces that reaches up to `end`: `(x) => electron(...)`. */
function arrowBetween(code: string, start: number, end: number): boolean {
  let depth = 0;
  for (let at = end - 1; at >= start; at -= 1) {
    const character = code.charAt(at);
    if (")]}".includes(character)) depth += 1;
    else if ("([{".includes(character)) depth -= 1;
    else if (depth === 0 && (character === ";" || character === ",")) return false;
    else if (depth === 0 && character === "=" && code.charAt(at - 1) !== "=" && code.charAt(at + 1) !== ">")
      return false;
    else if (depth === 0 && character === ">" && code.charAt(at - 1) === "=") return true;
  }
  return false;
}

const NO_FUNCTION = /(?:^|[^\w$.])(?:if|for|while|switch|catch|with|await)\s*$/;

function isFunctionBody(before: string): boolean {
  const code = before.trimEnd();
  if (code.endsWith("=>")) return true;
  const parameters = /\)(?:\s*:\s*[^;{}()=]+(?:\([^()]*\)[^;{}()=]*)*)?$/.exec(code);
  if (parameters === null) return false;
  const head = code.slice(0, openBracket(code, parameters.index));
  return !NO_FUNCTION.test(head) && !/\b(?:class|interface)\b[^;{}]*$/.test(head);
}
