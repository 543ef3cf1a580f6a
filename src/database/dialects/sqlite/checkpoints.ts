import { statSync } from "node:fs";
import type { DatabaseThread } from "./thread.ts";

/** Statements after which a checkpoint is worth its disk syncs: some 10 MB of log. */
const EVERY = 20_000;

/**
 * Bytes of log from which it is cut off. That makes the writer wait for a moment and forget what it has cached; usually the
 * log is moved while the writer goes on, and begins anew by itself.
 */
const CUT_OFF_AT = 64 * 1024 * 1024;

export interface Checkpoints {
  /** To be told after each commit how many statements it had. */
  afterCommit(statements: number): void;
}

/** Keeps the write-ahead log short: asks the thread for a checkpoint now and then, and never waits for one. */
export function createCheckpoints(path: string, thread: DatabaseThread): Checkpoints {
  let written = 0;
  let underWay = false;
  const finish = () => {
    underWay = false;
  };
  return {
    afterCommit(statements) {
      written += statements;
      if (underWay || written < EVERY) return;
      written = 0;
      underWay = true;
      const size = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
      // A checkpoint that failed loses nothing; the next one does its work.
      thread.checkpoint(size > CUT_OFF_AT).then(finish, finish);
    },
  };
}
