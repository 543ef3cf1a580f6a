import { fstatSync } from "node:fs";
import { type Belongings, noteBelongings } from "./leftovers.ts";

/** Bytes in the output files of this process. */
export interface OutputSizes {
  readonly stdout: number;
  readonly stderr: number;
}

/** What the process is like between two attempts: it holds as long as nothing else runs. */
export interface Untouched extends OutputSizes {
  readonly belongings: Belongings;
}

export function lookAround(): Untouched {
  return { ...outputSizes(), belongings: noteBelongings() };
}

/** So far: JavaScript writes to files synchronously, nothing is still on its way. */
export function outputSizes(): OutputSizes {
  return { stdout: fstatSync(1).size, stderr: fstatSync(2).size };
}
