import { randomUUID } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/**
 * The staging directory of a local store and who may clean what in it.
 *
 * - `put-<pid>-<random>` are the store's own, half-written until they are renamed. Nobody comes back for one whose process is
 *   dead, so it is removed when the store is opened.
 * - All other names belong to workers. A finished result may wait there for a server that is down, long after its worker is
 *   gone: such a file is removed by its age alone.
 *
 * A pid may have been given to another process meanwhile; then the file stays until it is too old.
 */
const OWN_FILE = /^put-(\d+)-/;

const MAX_OWN_AGE_MS = 24 * 3_600_000;
const MAX_WORKER_AGE_MS = 30 * 24 * 3_600_000;

/** A name for a new file of this process. */
export function newStagingFile(directory: string): string {
  return join(directory, `put-${process.pid}-${randomUUID()}`);
}

/** Removes what nobody will come back for. */
export async function sweepStaging(directory: string, now: number = Date.now()): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  await Promise.all(files.map(({ name }) => removeIfStale(join(directory, name), name, now)));
}

async function removeIfStale(path: string, name: string, now: number): Promise<void> {
  // Gone meanwhile: another server sweeps too, or a worker's file was adopted.
  const entry = await stat(path).catch(() => undefined);
  if (entry === undefined) return;
  const ageMs = now - entry.mtimeMs;
  const pid = OWN_FILE.exec(name)?.[1];
  const stale =
    pid === undefined ? ageMs > MAX_WORKER_AGE_MS : ageMs > MAX_OWN_AGE_MS || !isAlive(Number(pid));
  if (stale) await rm(path, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and someone else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
