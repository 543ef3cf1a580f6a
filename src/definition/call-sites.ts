import { fileURLToPath } from "node:url";

/** A place in a source file, lines and columns from 1. */
export interface CallSite {
  /** The path of the file, or the address of what is no file. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A frame of the stack as V8 has it. */
export interface RawFrame {
  /** The address of the code that really runs, with its query. */
  readonly script: string;
  readonly raw: CallSite;
}

export interface Frame extends RawFrame {
  /** Where that stands in the author's file when something translated it; else the same as `raw`. */
  readonly original: CallSite;
}

/** What can be named as the place where a capture ends. */
export type Boundary = (...args: never[]) => unknown;

/** Frames to look at: deep enough for wrappers of wrappers. */
const DEPTH = 40;

/**
 * The frames above `boundary`, from its caller outwards, as far as they are code of modules: Node's own code that called it is
 * passed over (`path.join(handle)`), and it ends where Node's own code called the first module. The original positions are those of the stack's text, into which whoever translates modules (Node's own source
 * maps, tsx, vitest) puts them.
 */
export function framesAbove(boundary: Boundary): Frame[] {
  const sites = rawSites(boundary);
  const lines = withStack(Error.prepareStackTrace, () => String(capture(boundary)))
    .split("\n")
    .filter((line) => /^\s+at /.test(line));
  // A stack that is written in another way has no line for each frame.
  const originals = lines.length === sites.length ? lines.map(parseLine) : [];
  return moduleFrames(sites).map(({ index, ...frame }) => ({
    ...frame,
    original: originals[index] ?? frame.raw,
  }));
}

/** As {@link framesAbove}, without asking anybody for original positions. */
export function rawFramesAbove(boundary: Boundary): RawFrame[] {
  return moduleFrames(rawSites(boundary));
}

function rawSites(boundary: Boundary): readonly NodeJS.CallSite[] {
  return withStack(
    (_, sites) => sites,
    () => capture(boundary) as readonly NodeJS.CallSite[],
  );
}

function withStack<T>(prepare: typeof Error.prepareStackTrace, read: () => T): T {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = DEPTH;
    Error.prepareStackTrace = prepare;
    return read();
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function capture(boundary: Boundary): unknown {
  const holder: { stack?: unknown } = {};
  Error.captureStackTrace(holder, boundary);
  return holder.stack;
}

function moduleFrames(sites: readonly NodeJS.CallSite[]): (RawFrame & { readonly index: number })[] {
  const frames: (RawFrame & { readonly index: number })[] = [];
  for (const [index, site] of sites.entries()) {
    const script = site.getFileName();
    if (site.isAsync()) break;
    if (script?.startsWith("node:")) {
      if (frames.length > 0) break;
      continue;
    }
    const line = site.getLineNumber();
    const column = site.getColumnNumber();
    // Built-in functions such as Array.map have no place.
    if (!script || line === null || column === null) continue;
    frames.push({ index, script, raw: { file: pathOf(script), line, column } });
  }
  return frames;
}

/** The places that the text of a stack names, innermost first. */
export function stackPlaces(stack: string): CallSite[] {
  return stack.split("\n").flatMap((line) => parseLine(line) ?? []);
}

/** `at name (place)` or `at place`. */
const PLACE = /^\s+at (?:.*? \((.+):(\d+):(\d+)\)|(?:async )?(.+):(\d+):(\d+))$/;

function parseLine(text: string): CallSite | undefined {
  const [, ...parts] = PLACE.exec(text) ?? [];
  const [file, line, column] = parts.filter((part) => part !== undefined);
  if (file === undefined) return undefined;
  return { file: pathOf(file), line: Number(line), column: Number(column) };
}

/** The path of a module, without the query that makes a module load a second time. */
function pathOf(script: string): string {
  const plain = script.replace(/[?#].*$/, "");
  return plain.startsWith("file:") ? fileURLToPath(plain) : plain;
}
