import { relative, sep } from "node:path";
import type { BuildFailure, PartialMessage } from "esbuild";
import { CovalentError } from "../../model/errors.ts";

/** What esbuild complained about, as an error of ours: the first complaint in full, the number of the others. */
export function bundleFailed(error: unknown, entry: string, root: string): CovalentError {
  const failure = error as Partial<BuildFailure>;
  const [first, ...others] = failure.errors ?? [];
  const module = relative(root, entry).split(sep).join("/");
  if (first === undefined) {
    const reason = error instanceof Error ? error.message : String(error);
    return new CovalentError(
      "BUNDLE_FAILED",
      { module, place: module, reason, advice: ADVICE },
      { cause: error },
    );
  }
  const reason = others.length === 0 ? first.text : `${first.text} (and ${others.length} more)`;
  const details = { module, place: place(first, root), reason, advice: adviceFor(first.text) };
  return new CovalentError("BUNDLE_FAILED", details, { cause: error });
}

/** `file:line:column`, the column from 1. */
export function place({ location }: PartialMessage, root: string): string {
  if (location == null) return root;
  const { file = "", line = 1, column = 0 } = location;
  return `${file}:${line}:${column + 1}`;
}

const ADVICE =
  "Workers run the module with everything it imports as one file; see that esbuild can bundle it.";

function adviceFor(text: string): string {
  const unresolved = /Could not resolve "([^"]+)"/.exec(text)?.[1];
  if (unresolved === undefined) {
    return /No loader is configured/.test(text)
      ? "Only JavaScript, TypeScript, JSON and text files can be imported; read other files when the task runs."
      : "Correct the source at that place.";
  }
  return /^[./]/.test(unresolved)
    ? `Is there a file ${unresolved}?`
    : `Install it: npm install ${unresolved}`;
}
