import { once } from "node:events";
import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Look } from "../dialects/sqlite/look.ts";
import { newBackupPath } from "./backup-files.ts";
import { unnamedBackup } from "./create-backup.ts";
import type { Examination } from "./examination.ts";
import { stopWhenInterrupted } from "./interruption.ts";
import type { MigrationRequest } from "./migration-request.ts";
import type { Surroundings } from "./surroundings.ts";
import { errorOf, type Failure } from "./thread-failure.ts";

/**
 * The backup of a migration is copied and read through while the rehearsal runs, in a thread of its own. It gets its name under the
 * write lock, when nothing was written since the look: until then it is no backup.
 *
 * If the process dies meanwhile, the copy without a name is removed by the next run.
 */
export interface EarlyBackup {
  /**
   * Waits for the copy, and gives it its name, which it returns.
   *
   * @throws {Interrupted}
   * @throws {CovalentError} `BACKUP_FAILED`, or what `explain` says of a backup
   */
  publish(): Promise<string>;
  /** Ends what is under way, and leaves nothing that has no name. May be called at any time. */
  discard(): Promise<void>;
}

/** What the thread is started with. */
export interface EarlyBackupStart {
  readonly path: string;
  readonly target: string;
  readonly owner: string;
  /** See `Look`. */
  readonly isLive: boolean;
  readonly revision: string | null;
  readonly isPlayedBack: boolean;
  /** One number: not 0 when nobody wants the backup any more. */
  readonly stop: SharedArrayBuffer;
}

/** What it answers, once: nothing when the copy is there. */
export type EarlyBackupAnswer = { readonly failure?: Failure };

export interface EarlyBackupRequest {
  readonly look: Look;
  readonly examined: Examination;
  readonly request: MigrationRequest;
  readonly around: Surroundings;
  readonly isPlayedBack: boolean;
}

/** The running program has its own extension: `.ts` from the sources, `.js` when built. */
const PROGRAM = new URL(
  import.meta.url.endsWith(".ts") ? "./early-backup-program.ts" : "./early-backup-program.js",
  import.meta.url,
);

/** Starts the backup of a migration; `undefined` when none is wanted, or there is nothing to keep. */
export function startBackup({
  look,
  examined,
  request,
  around,
  isPlayedBack,
}: EarlyBackupRequest): EarlyBackup | undefined {
  const { path, backup, onViolation } = request;
  const { revision, stamped } = examined.diagnosis;
  const isEmpty = revision === null && stamped.length === 0;
  // What is deleted must be somewhere.
  if (isEmpty || !(backup || onViolation === "delete")) return undefined;
  const target = newBackupPath(path, revision ?? "empty");
  const { owner } = around;
  const stop = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const start: EarlyBackupStart = { path, target, owner, isLive: look.isLive, revision, isPlayedBack, stop };
  return earlyBackup(new Worker(PROGRAM, { workerData: start }), start, around);
}

function earlyBackup(
  worker: Worker,
  { path, target, owner, stop }: EarlyBackupStart,
  around: Surroundings,
): EarlyBackup {
  const directory = dirname(target);
  // The thread makes it a little later.
  const isNew = !existsSync(directory);
  const copied = untilCopied(worker);
  // Whoever started it may fail before they come to wait for it; that is what they report then.
  copied.catch(() => {});
  const unnamed = unnamedBackup({ path, target, owner });
  return {
    async publish() {
      around.report.progress({ label: "Making a backup", done: 0, total: 0 });
      await copied;
      stopWhenInterrupted(around);
      unnamed.publish();
      return target;
    },
    async discard() {
      Atomics.store(new Int32Array(stop), 0, 1);
      // Between two steps of the copy: it is no thread to be ended from outside while SQLite copies.
      await copied.catch(() => {});
      unnamed.remove();
      if (isNew) removeIfEmpty(directory);
    },
  };
}

function removeIfEmpty(directory: string): void {
  if (existsSync(directory) && readdirSync(directory).length === 0) rmdirSync(directory);
}

async function untilCopied(worker: Worker): Promise<void> {
  let answer: EarlyBackupAnswer | undefined;
  worker.on("message", (message: EarlyBackupAnswer) => {
    answer = message;
  });
  const [code] = await once(worker, "exit");
  if (answer === undefined) throw new Error(`the thread that makes the backup ended with code ${code}`);
  if (answer.failure !== undefined) throw errorOf(answer.failure);
}
