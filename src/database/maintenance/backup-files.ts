import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join, parse } from "node:path";

/**
 * The folder of backups: `backups/` beside the database, one file for each, `dispatcher_db-<UTC time>-<revision>.sqlite`.
 *
 * The names say all that is needed to find the right one. A backup is complete when it has its name: until then it is called
 * `.partial`. None is ever overwritten.
 */
export interface BackupFile {
  readonly path: string;
  /** ISO 8601. */
  readonly madeAt: string;
  /** The revision of the schema in it; `empty` for none, `damaged` for a file that was kept although it could not be read. */
  readonly revision: string;
  /** Bytes. */
  readonly size: number;
}

/** The revision in the name of a damaged file. */
export const DAMAGED = "damaged";

/** How many backups of a database are kept, unless told. */
export const BACKUPS_KEPT = 10;

const NAME = /^(.+)-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-([A-Za-z0-9_]+)(?:-\d+)?\.sqlite$/s;

/** Where the backups of a database are. */
export function backupsDirectory(path: string): string {
  return join(dirname(path), "backups");
}

/**
 * The backups of a database, newest first.
 *
 * @example listBackups("/home/me/.local/share/covalent/dispatcher_db.sqlite")[0]?.revision; // "7b40a55c0752"
 */
export function listBackups(path: string): BackupFile[] {
  const directory = backupsDirectory(path);
  if (!existsSync(directory)) return [];
  const stem = parse(path).name;
  return readdirSync(directory)
    .flatMap((name) => describe(join(directory, name), name, stem))
    .sort((a, b) => compare(b.backup.madeAt, a.backup.madeAt) || b.changedMs - a.changedMs)
    .map(({ backup }) => backup);
}

/** The path of a new backup; another one every time while the one before exists. */
export function newBackupPath(path: string, revision: string, now: Date = new Date()): string {
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  // A revision that nobody knows is whatever somebody wrote into the table: it must not lead out of the folder.
  const safe = revision.replaceAll(/[^A-Za-z0-9_]/g, "_").slice(0, 40) || "empty";
  const base = join(backupsDirectory(path), `${parse(path).name}-${time}-${safe}`);
  for (let number = 1; ; number++) {
    const candidate = `${base}${number === 1 ? "" : `-${number}`}.sqlite`;
    if (!existsSync(candidate)) return candidate;
  }
}

/**
 * Removes the oldest backups beyond the number to keep, and says which. Never one that was just made or used, and never the newest
 * of a revision: it can be the only one from before an upgrade.
 */
export function removeOldBackups(path: string, kept: number, ...spared: readonly string[]): string[] {
  const all = listBackups(path);
  const newest = new Map(all.toReversed().map((backup) => [backup.revision, backup.path]));
  const old = all
    .filter((backup) => !spared.includes(backup.path))
    .slice(Math.max(0, kept - spared.length))
    .filter((backup) => newest.get(backup.revision) !== backup.path);
  for (const backup of old) {
    // A damaged database is kept with the files beside it.
    for (const suffix of ["", "-wal", "-journal"]) rmSync(backup.path + suffix, { force: true });
  }
  return old.map((backup) => backup.path);
}

/** Several are made in one second when things go fast: then the files' own times tell which is newer. */
function describe(path: string, name: string, stem: string): { backup: BackupFile; changedMs: number }[] {
  const [, of, year, month, day, hour, minute, second, revision] = NAME.exec(name) ?? [];
  const stats = statSync(path, { throwIfNoEntry: false });
  if (of !== stem || revision === undefined || stats === undefined) return [];
  const madeAt = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  return [{ backup: { path, madeAt, revision, size: stats.size }, changedMs: stats.mtimeMs }];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
