import { backup, type DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";

/** Called before a copy and between two steps of it. What it throws ends the copy. `total` 0: unknown. */
export type CopyProgress = (done: number, total: number) => void;

/** 16 MiB a step with pages of 4 KiB: few enough to see progress and to stop soon. */
const PAGES_PER_STEP = 4_096;
const PATIENCE_MS = 5_000;
const PAUSE_MS = 50;

/**
 * Copies a whole database page by page through SQLite, so that what lies in a write-ahead log is in the copy, and into a file
 * that may be in use: readers of it see the old content until the end, then the new.
 *
 * The target is changed in one transaction. If the process dies meanwhile, a new target is unfinished and an old one is rolled
 * back to what it was when it is next opened.
 *
 * @throws what SQLite says; {@link isTargetBusy} tells a target that stays locked
 */
export async function copyDatabase(
  source: DatabaseSync,
  target: string,
  progress?: CopyProgress,
): Promise<void> {
  // A small database is copied in one step.
  progress?.(0, 0);
  for (const deadline = Date.now() + PATIENCE_MS; ; await delay(PAUSE_MS)) {
    try {
      await backup(source, target, {
        rate: PAGES_PER_STEP,
        progress: ({ totalPages, remainingPages }) => progress?.(totalPages - remainingPages, totalPages),
      });
      return;
    } catch (error) {
      if (!isTargetBusy(error) || Date.now() > deadline) throw error;
    }
  }
}

/** A target that another connection is reading or writing is reported as an error without a code. */
export function isTargetBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === 0;
}
