import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { followLog } from "./follow-log.ts";

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "covalent-log-"));
  file = join(directory, "server.log");
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Follows the file; `saw(line)` resolves when that line was told. */
function follower(last = Number.POSITIVE_INFINITY) {
  const lines: string[] = [];
  const stop = new AbortController();
  let stir = (): void => undefined;
  const onLine = (line: string): void => {
    lines.push(line);
    stir();
  };
  const ended = followLog(file, { last, follow: true, signal: stop.signal, onLine });
  const saw = async (line: string): Promise<void> => {
    while (!lines.includes(line)) {
      await new Promise<void>((resolve) => {
        stir = resolve;
      });
    }
  };
  const finish = (): Promise<void> => {
    stop.abort();
    return ended;
  };
  return { lines, saw, stop: finish };
}

test("the last lines are told, the one without an end included", async () => {
  writeFileSync(file, "1\n2\n3");
  const lines: string[] = [];
  await followLog(file, {
    last: 2,
    follow: false,
    signal: AbortSignal.abort(),
    onLine: (line) => lines.push(line),
  });
  expect(lines).toEqual(["2", "3"]);
});

test("what is added is told when its line is complete", async () => {
  writeFileSync(file, "old\n");
  const { lines, saw, stop } = follower();
  await saw("old");
  appendFileSync(file, "ha");
  appendFileSync(file, "lf\nnext\n");
  await saw("next");
  expect(lines).toEqual(["old", "half", "next"]);
  await stop();
});

test("a file that does not exist yet is waited for", async () => {
  const { lines, saw, stop } = follower();
  writeFileSync(file, "first\n");
  await saw("first");
  expect(lines).toEqual(["first"]);
  await stop();
});

test("a file that was cut short is read from its beginning", async () => {
  writeFileSync(file, "a long line\n");
  const { saw, stop } = follower();
  await saw("a long line");
  writeFileSync(file, "new\n");
  await saw("new");
  await stop();
});
