import { constants } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { isAbsolute, resolve, sep } from "node:path";

/**
 * Opens a file that a database names by directory and file. A database may come from anywhere, so a file is only ever opened inside the
 * directory that is on record for it, links resolved, and only when it is a regular one.
 *
 * @returns `undefined` when it is gone, may not be read, or is none of these
 */
export async function openRecordedFile(
  storagePath: string,
  objectKey: string,
): Promise<FileHandle | undefined> {
  if (!isAbsolute(storagePath) || objectKey === "" || /\0/.test(storagePath + objectKey)) return undefined;
  try {
    const directory = await realpath(storagePath);
    const path = await realpath(resolve(directory, objectKey));
    if (!isInside(path, directory)) return undefined;
    // A pipe would never end opening: it is opened without waiting, and seen to be none of ours. A link put there since is not followed.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    return undefined;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function isInside(path: string, directory: string): boolean {
  return path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}

const ABSENT: ReadonlySet<unknown> = new Set([
  "ENOENT",
  "ENOTDIR",
  "EACCES",
  "EPERM",
  "ELOOP",
  "EISDIR",
  "ENAMETOOLONG",
  "ENXIO",
]);

function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && ABSENT.has(error.code);
}
