import { parentPort, workerData } from "node:worker_threads";
import { openReadOnly, openUnchanging } from "../dialects/sqlite/look.ts";
import { copyForBackup } from "./create-backup.ts";
import type { EarlyBackupAnswer, EarlyBackupStart } from "./early-backup.ts";
import { explain } from "./failure.ts";
import { stopWhenInterrupted } from "./interruption.ts";
import { failureOf } from "./thread-failure.ts";

/** The program of the thread that makes the backup of a migration: answers once, and ends. */

const { path, target, owner, isLive, revision, isPlayedBack, stop } = workerData as EarlyBackupStart;
const stopped = new Int32Array(stop);

async function answer(): Promise<EarlyBackupAnswer> {
  try {
    // As the look does, so that it leaves no more beside the file than the look.
    const source = isLive ? openReadOnly(path) : openUnchanging(path);
    try {
      const progress = (): void => stopWhenInterrupted({ interrupted: () => Atomics.load(stopped, 0) !== 0 });
      await copyForBackup({ source, path, target, owner, progress });
    } finally {
      source.close();
    }
    return {};
  } catch (error) {
    // Here, where the error still has all that it came with.
    return { failure: failureOf(explain(error, { path, phase: "backup", reached: revision, isPlayedBack })) };
  }
}

parentPort?.postMessage(await answer());
