import { parentPort } from "node:worker_threads";
import { findReusable } from "../../graph/reuse.ts";
import { joined, type MatchingMessage, type ReuseSlice } from "./reuse-matching.ts";

/** The thread's side of reuse-matching.ts. */
const slices: ReuseSlice[] = [];

parentPort?.on("message", (message: MatchingMessage) => {
  if (message.kind === "slice") return void slices.push(message.slice);
  const { old, renewed } = joined(slices);
  parentPort?.postMessage(findReusable(message.rule, old, renewed));
});
