import { fileURLToPath } from "node:url";

/** A place in a source file, lines and columns from 1. */
export interface CallSite {
  /** The path of the file, or the address of what is no file. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A frame of the stack: what really ran, and where that stands in the author's file when something translated it. */
export interface Frame {
  readonly script: string;
  readonly raw: CallSite;
  readonly original: CallSite;
}

/** What can be named as the place where a capture ends. */
export type Boundary = (...args: never[]) => unknown;

/** Frames to look at: deep enough for wrappers of wrappers. */
const DEPTH = 40;

/**
 * The frames above `boundary`, from its caller outwards, as far as they are code of modules: it ends where Node's own code
 * called the first of them. Positions come twice: as V8 has them, and as the stack's text has them, to which whoever translates
 * modules (Node's own source maps, tsx, vitest) adds the original ones. `shallow` leaves the latter out, and with them the reading
 * of source maps.
 */
export function framesAbove(boundary: Boundary, depth: "full" | "shallow" = "full"): Frame[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = DEPTH;
    Error.prepareStackTrace = (_, sites) => sites;
    const sites = capture(boundary) as readonly NodeJS.CallSite[];
    if (depth === "shallow") return toFrames(sites, []);
    Error.prepareStackTrace = prepareStackTrace;
    const lines = String(capture(boundary))
      .split("\n")
      .filter((line) => /^\s+at /.test(line));
    return toFrames(sites, lines);
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

function toFrames(sites: readonly NodeJS.CallSite[], lines: readonly string[]): Frame[] {
  const frames: Frame[] = [];
  for (const [index, site] of sites.entries()) {
    const script = site.getFileName() ?? site.getScriptNameOrSourceURL?.() ?? undefined;
    if (script?.startsWith("node:") === true || site.isAsync()) break;
    const line = site.getLineNumber();
    const column = site.getColumnNumber();
    if (typeof script !== "string" || script === "" || line === null || column === null) continue;
    const raw = { file: pathOf(script), line, column };
    const original = lines.length === sites.length ? parseLine(lines[index] ?? "") : undefined;
    frames.push({ script, raw, original: original ?? raw });
  }
  return frames;
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
