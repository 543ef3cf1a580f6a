import { existsSync, readFileSync } from "node:fs";

/** A line that a task has written. */
export interface Effect {
  readonly phase: "start" | "end" | "fail";
  readonly name: string;
  readonly dispatchId: string;
  readonly nodeId: number;
  readonly attempt: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export function readEffects(journal: string): Effect[] {
  if (!existsSync(journal)) return [];
  const text = readFileSync(journal, "utf8");
  // Of a line that is being written nothing counts.
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Effect);
}
