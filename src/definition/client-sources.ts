import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { type SourceText, sourceText } from "./source-text.ts";

/** By the address that runs: a module that is loaded again under another query may hold something else by then. */
const byScript = new Map<string, SourceText | undefined>();
const byFile = new Map<string, string>();

/** The source of a module of this program, as it was when the module first defined something. */
export function clientSource(script: string, file: string): SourceText | undefined {
  if (!byScript.has(script)) {
    const source = readSource(file);
    byScript.set(script, source);
    if (source !== undefined) byFile.set(file, source.text);
  }
  return byScript.get(script);
}

/** What the files in which this program has defined something held when it did. */
export function definingFiles(): ReadonlyMap<string, string> {
  return byFile;
}

function readSource(file: string): SourceText | undefined {
  if (!isAbsolute(file)) return undefined;
  try {
    return sourceText(readFileSync(file, "utf8"));
  } catch {
    // Code that came from no file: its position is all there is to name it by.
    return undefined;
  }
}
