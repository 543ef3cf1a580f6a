import { dirname } from "node:path";
import { CovalentError } from "../../model/errors.ts";
import { faultKind, isDiskFull, isWriteRefused, messageOf, primaryCode } from "../dialects/sqlite/fault.ts";
import { Interrupted } from "./interruption.ts";
import { lockError } from "./write-lock.ts";

/** How far a migration had come when it failed. */
export interface Progress {
  readonly path: string;
  /** `look`: the file was not touched. */
  readonly phase: "look" | "rehearsal" | "backup" | "run" | "verification";
  /** The step under way, as `A -> B, message`. */
  readonly step?: string | undefined;
  /** The revision that the database is at now, because it was committed. */
  readonly reached: string | null;
  readonly backup?: string | undefined;
  /** What another program had left unfinished was taken back: the content is what it was, the bytes are not. */
  readonly isPlayedBack?: boolean | undefined;
}

/** Primary result codes of SQLite. */
const DAMAGED = [11, 26];

const INSTEAD =
  "`covalent db restore latest` puts the newest backup in its place, `covalent db reset` starts anew; both keep this file. ";

/** A fault as an error that says what state the database is in and what to do. A refusal stays what it is. */
export function explain(error: unknown, progress: Progress): unknown {
  const { path, phase } = progress;
  if (error instanceof Interrupted) {
    return new CovalentError("MIGRATION_INTERRUPTED", { path, advice: stateOf(progress) });
  }
  // Nothing was changed, and that is what a refusal says.
  if (isRefusal(error) && phase !== "run" && phase !== "verification") return error;
  if (phase === "look") return explainWork(error, path, `${untouched(progress)}.`);
  return new CovalentError(
    "MIGRATION_FAILED",
    { path, where: placeOf(progress), reason: reasonOf(error, path), advice: adviceOn(error, progress) },
    { cause: error },
  );
}

/** A copy that differs from its original is a failure like others: it is said where. */
function isRefusal(error: unknown): boolean {
  return error instanceof CovalentError && error.code !== "MIGRATION_NOT_EQUAL";
}

function placeOf({ phase, step }: Progress): string {
  const at = step === undefined || step === "" ? "" : ` (${step})`;
  switch (phase) {
    case "look":
      return "the look at it";
    case "rehearsal":
      return `the rehearsal${at}`;
    case "backup":
      return "the backup";
    case "run":
      return step ?? "its first statement";
    case "verification":
      return "the check afterwards";
  }
}

function reasonOf(error: unknown, path: string): string {
  if (isDiskFull(error)) return `the disk of ${dirname(path)} is full`;
  return isWriteRefused(error)
    ? `the disk of ${dirname(path)} takes no more (${messageOf(error)})`
    : messageOf(error);
}

function adviceOn(error: unknown, progress: Progress): string {
  if (progress.phase === "rehearsal" && isLasting(error)) {
    const damaged = whatHelps(error, progress.path);
    return `${untouched(progress)}. The same command would fail in the same way: \`covalent db doctor\` says what is unusual about this database. ${damaged}`.trim();
  }
  return whatHelps(error, progress.path) + stateOf(progress);
}

/** True for what lies in the database and not in the disk, a lock or the system: trying again is no use. */
function isLasting(error: unknown): boolean {
  if (DAMAGED.includes(primaryCode(error) ?? 0)) return true;
  const isSystem = error instanceof Error && "syscall" in error;
  return faultKind(error) === "statement" && !isSystem && !isDiskFull(error) && !isWriteRefused(error);
}

function whatHelps(error: unknown, path: string): string {
  if (isDiskFull(error)) return `Free some space on the disk of ${dirname(path)}. `;
  if (isWriteRefused(error))
    return "It has reached a quota or a limit on the size of files (`ulimit -f` shows that one), or the disk fails. ";
  return DAMAGED.includes(primaryCode(error) ?? 0) ? INSTEAD : "";
}

function untouched({ isPlayedBack }: Progress): string {
  return isPlayedBack ? "The content of the database was not changed" : "The database was not touched";
}

function stateOf(progress: Progress): string {
  const { phase, reached, backup } = progress;
  const revision = reached ?? "(empty)";
  const kept = backup === undefined ? "" : ` The backup made before is ${backup}.`;
  switch (phase) {
    case "look":
    case "rehearsal":
      return `${untouched(progress)}: run the same command again when you like.`;
    case "backup":
      return `The database was not changed: it is at revision ${revision}. Run the same command again when you like.`;
    case "run":
      return `The transaction was rolled back and nothing is lost: the database is at revision ${revision}. Run the same command again: it goes on from there.${kept}`;
    case "verification":
      return `The database is at revision ${revision}. Look at \`covalent db doctor\`.${kept === "" ? "" : `${kept} Nothing was restored: \`covalent db restore ${backup}\` would.`}`;
  }
}

/** The same for work that is no migration: a backup, a restore. `advice` says in which state it leaves the database. */
export function explainWork(error: unknown, path: string, advice: string): unknown {
  if (error instanceof Interrupted) return new CovalentError("MIGRATION_INTERRUPTED", { path, advice });
  const known = lockError(error, path);
  if (known instanceof CovalentError) return known;
  const details = { path, reason: reasonOf(error, path), advice: whatHelps(error, path) + advice };
  return new CovalentError("DATABASE_UNUSABLE", details, { cause: error });
}
