import { Writable } from "node:stream";
import { expect, test } from "vitest";
import type { WatchedNode } from "../watch-dispatch.ts";
import { createProgress } from "./progress.ts";
import { createTerminal } from "./terminal.ts";

const node = (change: Partial<WatchedNode>): WatchedNode => ({
  id: 1,
  name: "fit",
  type: "function",
  status: "RUNNING",
  reason: null,
  startedAt: 0,
  endedAt: null,
  ...change,
});

function shown(kind: { isTTY: boolean; json: boolean }, changes: readonly WatchedNode[]): string {
  let output = "";
  const stream = new Writable({
    write: (chunk, _, done) => {
      output += String(chunk);
      done();
    },
  });
  const stdout = Object.assign(stream, { isTTY: kind.isTTY, columns: 60 });
  const terminal = createTerminal({ json: kind.json, stdout, stderr: stdout, env: { NO_COLOR: "1" } });
  const progress = createProgress(terminal);
  const nodes = new Map<number, WatchedNode>();
  for (const change of changes) progress.onChange(change, nodes.set(change.id, change));
  progress.end();
  return output;
}

const run = [
  node({}),
  node({ status: "COMPLETED", endedAt: 1_500 }),
  node({ id: 2, type: "parameter", status: "COMPLETED" }),
];

test("without a terminal there is one plain line for each node that ends", () => {
  expect(shown({ isTTY: false, json: false }, run)).toBe("✔ COMPLETED  fit  #1  1.5 s\n");
});

test("on a terminal a line moves, and is gone in the end", () => {
  const output = shown({ isTTY: true, json: false }, run);
  expect(output).toContain("0/1 done, running: fit");
  expect(output.endsWith("1/1 done\r\x1b[K")).toBe(true);
});

test("under --json it says nothing", () => {
  expect(shown({ isTTY: true, json: true }, run)).toBe("");
});
