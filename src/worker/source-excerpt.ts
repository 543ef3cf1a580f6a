import { type CallSite, stackPlaces } from "../definition/call-sites.ts";
import type { SourceExcerpt } from "../model/failure.ts";

const BEFORE = 4;
const BEHIND = 3;
/** A place in a traceback of Python. */
const PYTHON_PLACE = /^ +File "([^"\n]+)", line (\d+)/gm;
/** Characters: of minified code a line would be the whole file. */
const LONGEST_LINE = 300;

/**
 * The lines around the innermost place of a stack that is in the user's own files: neither in a package nor in Node itself.
 *
 * @param textOf what a file holds, `undefined` for one that is none of the user's
 */
export function sourceExcerpt(
  stack: string,
  textOf: (file: string) => string | undefined,
): SourceExcerpt | undefined {
  for (const { file, line, column } of [...stackPlaces(stack), ...tracebackPlaces(stack)]) {
    const text = file.includes("/node_modules/") ? undefined : textOf(file);
    const all = text?.split("\n");
    if (all === undefined || line > all.length) continue;
    const first = Math.max(1, line - BEFORE);
    const lines = all.slice(first - 1, line + BEHIND).map((each) => each.slice(0, LONGEST_LINE));
    return { file, line, column, first, lines };
  }
  return undefined;
}

/** The innermost comes last in Python. */
function tracebackPlaces(stack: string): readonly CallSite[] {
  const places = Array.from(stack.matchAll(PYTHON_PLACE), ([, file = "", line]) => ({
    file,
    line: Number(line),
    column: 1,
  }));
  return places.reverse();
}
