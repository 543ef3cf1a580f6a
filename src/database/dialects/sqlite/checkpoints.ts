import { statSync } from "node:fs";
import type { DatabaseThread } from "./thread.ts";

/** Bytes of log from which a checkpoint is worth its disk syncs. */
const LOG_LIMIT = 8 * 1024 * 1024;

/** After a reader was in the way. */
const RETRY_AFTER_MS = 1_000;

export interface Checkpoints {
  afterCommit(): void;
}

/**
 * Keeps the write-ahead log short. Called after each commit, it asks the thread for a checkpoint when the log has grown; it
 * never waits for one.
 */
export function createCheckpoints(path: string, thread: DatabaseThread): Checkpoints {
  const log = `${path}-wal`;
  let underWay = false;
  let notBefore = 0;
  return {
    afterCommit() {
      if (underWay || Date.now() < notBefore) return;
      const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
      if (size < LOG_LIMIT) return;
      underWay = true;
      const finish = (complete: boolean) => {
        underWay = false;
        notBefore = complete ? 0 : Date.now() + RETRY_AFTER_MS;
      };
      // A checkpoint that failed loses nothing; the next one does its work.
      thread.checkpoint().then(finish, () => finish(false));
    },
  };
}
