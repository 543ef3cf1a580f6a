import { dirname } from "node:path";
import { CovalentError } from "../../model/errors.ts";
import { sizeOf } from "../dialects/sqlite/side-files.ts";
import type { Surroundings } from "./surroundings.ts";

/** Bytes of a database with what lies beside it: so many a copy of it takes. */
export function bytesOf(path: string): number {
  return sizeOf(path) + sizeOf(`${path}-wal`) + sizeOf(`${path}-journal`);
}

/**
 * Looks whether a file's disk has room before anything is begun.
 *
 * @param needed bytes
 * @throws {CovalentError} `DATABASE_DISK_FULL`
 */
export function refuseWithoutRoom(
  path: string,
  needed: number,
  around: Pick<Surroundings, "availableBytes">,
): void {
  const directory = dirname(path);
  const available = around.availableBytes(directory);
  if (needed > available) throw noRoom(directory, needed, available);
}

/** @param needed and `available` in bytes */
export function noRoom(directory: string, needed: number, available: number): CovalentError {
  return new CovalentError("DATABASE_DISK_FULL", {
    directory,
    needed: inBytes(needed),
    available: inBytes(available),
    advice: "Free some space there and run the same command again. The file was not touched.",
  });
}

function inBytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toLocaleString("en", { maximumFractionDigits: 1 })} MiB`;
}
