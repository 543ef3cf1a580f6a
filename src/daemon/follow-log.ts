import { createReadStream, mkdirSync, statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { createInterface } from "node:readline";

export interface FollowOptions {
  /** Only so many of the lines that are there already. */
  readonly last: number;
  /** Whether to go on when the end is reached, until `signal`. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/**
 * Reads a log line by line, and then what is added to it. A file that does not exist yet is waited for; one that was cut short or
 * replaced is read from its beginning. Lines are only told when they are complete.
 */
export async function followLog(
  file: string,
  { last, follow, signal, onLine }: FollowOptions,
): Promise<void> {
  const kept: string[] = [];
  let position = await readLines(
    file,
    0,
    (line) => {
      kept.push(line);
      if (kept.length > last) kept.shift();
    },
    follow,
  );
  for (const line of kept) onLine(line);
  if (!follow) return;
  // Its first turn comes when the watch has begun, so that nothing falls between the read above and the watch.
  for await (const _ of changesOf(file, signal)) {
    if (sizeOf(file) < position) position = 0;
    position = await readLines(file, position, onLine, true);
  }
}

/** Gives the position behind the last line that was told. */
async function readLines(
  file: string,
  from: number,
  onLine: (line: string) => void,
  completeOnly: boolean,
): Promise<number> {
  const end = completeOnly ? await lastLineEnd(file, from) : sizeOf(file);
  if (end <= from) return from;
  const stream = createReadStream(file, { start: from, end: end - 1, encoding: "utf8" });
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }))
    onLine(line);
  return end;
}

async function lastLineEnd(file: string, from: number): Promise<number> {
  const size = sizeOf(file);
  if (size <= from) return from;
  let end = from;
  let at = from;
  for await (const chunk of createReadStream(file, { start: from, end: size - 1 })) {
    const newline = (chunk as Buffer).lastIndexOf(0x0a);
    if (newline >= 0) end = at + newline + 1;
    at += (chunk as Buffer).length;
  }
  return end;
}

/** Tells that the file may have changed; many changes while nobody looks are one. */
async function* changesOf(file: string, signal: AbortSignal): AsyncGenerator<void> {
  let changed = true;
  let wake = (): void => undefined;
  const stir = (): void => {
    changed = true;
    wake();
  };
  // The directory and not the file, which may not exist yet, or be replaced; nor need the directory exist before a first start.
  mkdirSync(dirname(file), { recursive: true });
  const watcher = watch(dirname(file), (_, name) => {
    if (name === null || name === basename(file)) stir();
  });
  signal.addEventListener("abort", stir);
  try {
    while (!signal.aborted) {
      if (changed) {
        changed = false;
        yield;
      } else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    watcher.close();
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
