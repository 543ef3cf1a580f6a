import { dirname } from "node:path";
import { CovalentError } from "../../model/errors.ts";
import { messageOf, primaryCode } from "../dialects/sqlite/fault.ts";
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
}

const DISK_FULL = 13;

/** A fault as an error that says what state the database is in and what to do. A refusal stays what it is. */
export function explain(error: unknown, progress: Progress): unknown {
  const { path, phase } = progress;
  if (error instanceof Interrupted) {
    return new CovalentError("MIGRATION_INTERRUPTED", { path, advice: stateOf(progress) });
  }
  // Nothing was changed, and that is what a refusal says.
  if (error instanceof CovalentError && phase !== "run" && phase !== "verification") return error;
  const locked = lockError(error, path);
  if (phase === "look" && locked instanceof CovalentError) return locked;
  return new CovalentError(
    "MIGRATION_FAILED",
    { path, where: placeOf(progress), reason: reasonOf(error, path), advice: adviceOn(error, progress) },
    { cause: error },
  );
}

function placeOf({ phase, step }: Progress): string {
  const at = step === undefined ? "" : ` (${step})`;
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
  return isDiskFull(error) ? `the disk of ${dirname(path)} is full` : messageOf(error);
}

function adviceOn(error: unknown, progress: Progress): string {
  const first = isDiskFull(error) ? `Free some space on the disk of ${dirname(progress.path)}. ` : "";
  return first + stateOf(progress);
}

function stateOf({ phase, reached, backup }: Progress): string {
  const revision = reached ?? "(empty)";
  const kept = backup === undefined ? "" : ` The backup made before is ${backup}.`;
  switch (phase) {
    case "look":
    case "rehearsal":
      return "The database was not touched: run the same command again when you like.";
    case "backup":
      return `The database was not changed: it is at revision ${revision}. Run the same command again when you like.`;
    case "run":
      return `The transaction was rolled back and nothing is lost: the database is at revision ${revision}. Run the same command again: it goes on from there.${kept}`;
    case "verification":
      return `The database is at revision ${revision}. Look at \`covalent db doctor\`.${kept === "" ? "" : `${kept} Nothing was restored: \`covalent db restore ${backup}\` would.`}`;
  }
}

/** SQLite's own code, or the system's for a file of ours. */
function isDiskFull(error: unknown): boolean {
  return primaryCode(error) === DISK_FULL || (error instanceof Error && "code" in error && error.code === "ENOSPC");
}
