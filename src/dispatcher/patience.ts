import { setTimeout as delay } from "node:timers/promises";
import { CovalentError } from "../model/errors.ts";
import type { Logger } from "../model/logger.ts";

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/**
 * Does something that needs room on the disk, again and again until there is some: what a task has computed is not thrown away
 * because a disk is full for a while. Other errors pass.
 */
export async function onceThereIsRoom<T>(work: () => Promise<T>, what: string, logger: Logger): Promise<T> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CovalentError && error.code === "STORAGE_FULL")) throw error;
      if (wait === FIRST_WAIT_MS) logger.warn({ err: error }, `waiting for room to store ${what}`);
      await delay(wait, undefined, { ref: false });
    }
  }
}
