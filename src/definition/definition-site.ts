import { parse } from "node:path";
import { assignedName, MODULE_EXPORTS } from "./assigned-name.ts";
import type { CallSite } from "./call-sites.ts";
import { insideFunction } from "./enclosing-function.ts";
import { callOffset, type SourceText } from "./source-text.ts";

/**
 * Where something is defined: the module whose evaluation defines it, and the name it has there. Both are read from the source
 * text at the places of the call stack, so that every process that runs the module, translated or bundled, finds the same.
 */
export interface DefinitionSite {
  readonly file: string;
  /** The variable or property it is assigned to, the file's when it is all of `module.exports`, else `line:column`. */
  readonly name: string;
}

/**
 * The site of a call. A call in a function (a wrapper such as `const robust = (fn) => electron({ retries: 3 }, fn)`) belongs to the
 * module that calls that function, for evaluating the wrapper's own module defines nothing.
 */
export function definitionSite(
  sites: readonly CallSite[],
  sourceOf: (file: string) => SourceText | undefined,
): DefinitionSite | undefined {
  let first: DefinitionSite | undefined;
  for (const site of sites) {
    const source = sourceOf(site.file);
    if (source === undefined) continue;
    const offset = callOffset(source, site.line, site.column);
    if (insideFunction(source.code, offset)) first ??= named(site, source, offset);
    else return named(site, source, offset);
  }
  return first;
}

function named({ file, line }: CallSite, source: SourceText, offset: number): DefinitionSite {
  const column = offset - (source.lines[line - 1] ?? 0) + 1;
  const name = assignedName(source, offset) ?? `${line}:${column}`;
  return { file, name: name === MODULE_EXPORTS ? parse(file).name : name };
}
