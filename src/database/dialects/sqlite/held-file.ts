import { DatabaseSync } from "node:sqlite";
import { faultKind } from "./fault.ts";

/** A file that this process holds until it lets go, or until it ends, however it ends. */
export interface HeldFile {
  release(): void;
}

/**
 * Takes a file for this process alone: an empty file, made when it is absent, on which SQLite holds its exclusive lock. The kernel
 * keeps that lock and drops it with the process, so a crash leaves nothing behind that would have to be recognised as stale.
 *
 * The file is never removed: whoever had just opened it would hold a file that the next one no longer finds.
 *
 * @returns `undefined` when another process holds it
 */
export function holdFile(file: string): HeldFile | undefined {
  const connection = new DatabaseSync(file, { timeout: 0 });
  try {
    connection.exec("BEGIN EXCLUSIVE");
    return { release: () => connection.close() };
  } catch (error) {
    connection.close();
    if (faultKind(error) === "busy") return undefined;
    throw error;
  }
}
