import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Programs that kill themselves, by the hundred, each on a database of its own. */

/** Processes at a time. */
const AT_ONCE = 2;

/** What the program printed, or the signal that ended it. */
export async function runToEnd(
  program: string,
  parameters: readonly string[],
  { cache, killAfterMs }: { readonly cache: string; readonly killAfterMs?: number },
): Promise<string> {
  const child = spawn(process.execPath, [program, ...parameters], {
    stdio: ["ignore", "pipe", "inherit"],
    // Hundreds of processes load the same program.
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  });
  const killing = new AbortController();
  if (killAfterMs !== undefined) {
    void delay(killAfterMs, undefined, { signal: killing.signal }).then(
      () => child.kill("SIGKILL"),
      () => undefined,
    );
  }
  let output = "";
  child.stdout.on("data", (text: Buffer) => {
    output += text.toString();
  });
  const [, signal] = (await once(child, "close")) as [number | null, string | null];
  killing.abort();
  return signal ?? output;
}

/** A copy in a directory of its own: it gets backups of its own. */
export function copyInto(directory: string, name: string, file: string): string {
  const own = join(directory, name);
  mkdirSync(own);
  const path = join(own, "dispatcher_db.sqlite");
  copyFileSync(file, path);
  return path;
}

export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of left) await work(item);
    }),
  );
}

/**
 * At which of so many points to kill: at as many as `COVALENT_TEST_KILLS` says (`all`, or a number), else at `usual` ones. A third are
 * the first, a third the last, where files change places; the others are spread evenly between them.
 */
export function killPoints(points: number, usual: number): number[] {
  const asked = process.env.COVALENT_TEST_KILLS ?? String(usual);
  const wanted = asked === "all" ? points : Math.min(points, Number(asked));
  const third = Math.floor(wanted / 3);
  const between = wanted - 2 * third;
  const spread = (index: number): number => third + 1 + Math.floor((index * (points - 2 * third)) / between);
  return Array.from({ length: wanted }, (_, index) => {
    if (index < third) return index + 1;
    return index < third + between ? spread(index - third) : points - (wanted - index) + 1;
  });
}
