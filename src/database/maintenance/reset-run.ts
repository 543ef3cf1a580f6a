import { existsSync } from "node:fs";
import { CovalentError } from "../../model/errors.ts";
import { backupsDirectory } from "./backup-files.ts";
import { explainWork } from "./failure.ts";
import { runMigration } from "./migration-run.ts";
import { partialFile, removeDatabaseFile, removeLeftOversOf } from "./partial-files.ts";
import { refuseLocked, refuseReadOnly, refuseRunningServer, refuseUnreadable } from "./refusals.ts";
import { keepReplaced, replaceFile } from "./replacement.ts";
import { bytesOf, refuseWithoutRoom } from "./room.ts";
import type { Surroundings } from "./surroundings.ts";
import { tidyBackups } from "./tidy-backups.ts";

export interface ResetRequest {
  readonly path: string;
  readonly backupsKept: number;
}

export interface ResetOutcome {
  readonly path: string;
  readonly revision: string | null;
  /** The backup of what was there; `null` when there was nothing. */
  readonly kept: string | null;
}

/** Bytes that an empty database at head takes, with what is beside it while it is made. */
const EMPTY = 1024 ** 2;

/** Starts anew with an empty database; see `resetDatabase`. */
export async function runReset(
  { path, backupsKept }: ResetRequest,
  around: Surroundings,
): Promise<ResetOutcome> {
  try {
    await refuseRunningServer(path, around);
    refuseUnreadable(path);
    refuseReadOnly(path);
    removeLeftOversOf(path, backupsDirectory(path), around.owner);
    refuseLockedWhenSound(path);
    refuseWithoutRoom(path, bytesOf(path) + EMPTY, around);
    await confirm(path, around);
    const { backup } = await keepReplaced(path, around);
    const revision = await startAnew(path, around);
    if (backup !== null) tidyBackups(path, backupsKept, around.report, backup);
    return { path, revision, kept: backup };
  } catch (error) {
    throw explainWork(error, path, "The database is what it was.");
  }
}

/** A damaged file has no lock to speak of: it is what the last resort is for. */
function refuseLockedWhenSound(path: string): void {
  try {
    refuseLocked(path);
  } catch (error) {
    if (error instanceof CovalentError) throw error;
  }
}

/** @throws {CovalentError} `NOT_CONFIRMED` */
async function confirm(path: string, around: Surroundings): Promise<void> {
  if (!existsSync(path)) return;
  const question = `Replace ${path} with an empty database? What is in it now is kept as a backup.`;
  if (!(await around.confirm(question))) throw new CovalentError("NOT_CONFIRMED");
}

/** The empty database is complete before it takes the old one's place: a process that dies leaves the one or the other. */
async function startAnew(path: string, around: Surroundings): Promise<string | null> {
  const fresh = partialFile(path, "reset", around.owner);
  try {
    const { to } = await runMigration(
      {
        path: fresh,
        direction: "upgrade",
        to: "head",
        planOnly: false,
        dryRun: false,
        backup: false,
        backupsKept: 0,
        onViolation: "refuse",
        orphans: false,
        store: null,
        commandOptions: "",
      },
      around,
    );
    replaceFile(fresh, path);
    return to;
  } finally {
    removeDatabaseFile(fresh);
  }
}
