import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/** The passwords of triggers' databases, which stand neither in our database, nor in its backups, nor in any answer. */
export interface Passwords {
  /** Keeps the password of a trigger. It is on the disk when this has resolved. */
  keep(triggerId: string, password: string): Promise<void>;
  of(triggerId: string): Promise<string | undefined>;
  forget(triggerIds: readonly string[]): Promise<void>;
  /** Removes those of all but these triggers: a process that died had kept them for nobody. */
  keepOnly(triggerIds: ReadonlySet<string>): Promise<void>;
}

/** A file for each in a directory that only this user can read. The directory is made when the first one is kept. */
export function passwordsIn(directory: string): Passwords {
  const fileOf = (triggerId: string) => join(directory, triggerId);
  const forget = async (triggerIds: readonly string[]): Promise<void> => {
    await Promise.all(triggerIds.map((id) => rm(fileOf(id), { force: true })));
  };
  return {
    async keep(triggerId, password) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const partial = `${fileOf(triggerId)}.partial`;
      const file = await open(partial, "w", 0o600);
      try {
        await file.writeFile(password);
        await file.sync();
      } finally {
        await file.close();
      }
      // If the process dies here, the next server removes what is left.
      await rename(partial, fileOf(triggerId));
      await syncDirectory(directory);
    },
    of: (triggerId) => readFile(fileOf(triggerId), "utf8").catch(orNone),
    forget,
    async keepOnly(triggerIds) {
      const names = (await readdir(directory).catch(orNone)) ?? [];
      await forget(names.filter((name) => !triggerIds.has(name)));
    },
  };
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function orNone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
  return undefined;
}
