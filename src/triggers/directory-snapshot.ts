import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { DirectoryEvent } from "../model/trigger.ts";

/** What there is of a file or directory at one moment. */
export interface Snapshot {
  readonly isDirectory: boolean;
  /** By path, from there. */
  readonly entries: ReadonlyMap<string, Entry>;
}

interface Entry {
  /** Tells it from another one with the same name. */
  readonly inode: bigint;
  readonly isDirectory: boolean;
  /** Changes whenever its bytes do, and not with its name. */
  readonly state: string;
}

/** What there is of a file that is not there. */
export const NOTHING: Snapshot = { isDirectory: false, entries: new Map() };

/** Files looked at at once. */
const TOGETHER = 32;

/**
 * Looks at a file, or at what is in a directory (not at the directory itself). `undefined` when it is not there.
 *
 * @throws when it may not be read
 */
export async function lookAt(path: string, recursive: boolean): Promise<Snapshot | undefined> {
  const top = await entryOf(path);
  if (top === undefined) return undefined;
  if (!top.isDirectory) return { isDirectory: false, entries: new Map([[basename(path), top]]) };
  const found = new Map<string, Entry>();
  const names = await readdir(path, { recursive });
  for (let start = 0; start < names.length; start += TOGETHER) {
    const some = names.slice(start, start + TOGETHER);
    const entries = await Promise.all(some.map((name) => entryOf(join(path, name))));
    // What has gone since it was listed is not there.
    for (const [index, entry] of entries.entries()) if (entry) found.set(some[index] ?? "", entry);
  }
  return { isDirectory: true, entries: found };
}

async function entryOf(path: string): Promise<Entry | undefined> {
  const found = await stat(path, { bigint: true }).catch(absent);
  if (found === undefined) return undefined;
  const { ino: inode, size, mtimeNs } = found;
  return { inode, isDirectory: found.isDirectory(), state: `${size} ${mtimeNs}` };
}

function absent(error: unknown): undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code !== "ENOENT" && code !== "ENOTDIR" && code !== "ELOOP") throw error;
}

export interface Difference {
  readonly event: Exclude<DirectoryEvent, "closed">;
  readonly path: string;
}

/** What has happened between two looks. What has another name by now, and is the same else, was moved; only files are modified. */
export function differences({ entries: before }: Snapshot, { entries: after }: Snapshot): Difference[] {
  const gone = new Map<bigint, { readonly path: string; readonly state: string }>();
  for (const [path, { inode, state }] of before)
    if (after.get(path)?.inode !== inode) gone.set(inode, { path, state });
  const found: Difference[] = [];
  for (const [path, entry] of after) {
    const old = before.get(path);
    if (old?.inode === entry.inode) {
      if (!entry.isDirectory && old.state !== entry.state) found.push({ event: "modified", path });
      continue;
    }
    // A name that stands for another file by now was written anew, as editors do, or moved over.
    if (old !== undefined) gone.delete(old.inode);
    const isMoved = gone.get(entry.inode)?.state === entry.state;
    if (isMoved) gone.delete(entry.inode);
    found.push({ event: isMoved ? "moved" : old === undefined ? "created" : "modified", path });
  }
  for (const { path } of gone.values()) found.push({ event: "deleted", path });
  return found;
}
