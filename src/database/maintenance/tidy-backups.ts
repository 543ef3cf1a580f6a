import { removeOldBackups } from "./backup-files.ts";
import type { Observer } from "./observer.ts";

/** Removes backups beyond the number to keep, and says which: nothing of a user's goes unseen. */
export function tidyBackups(
  path: string,
  kept: number,
  report: Pick<Observer, "note">,
  ...spared: readonly string[]
): void {
  for (const file of removeOldBackups(path, kept, ...spared)) {
    report.note(`removed ${file}: only the newest ${kept} backups and the newest of each revision are kept`);
  }
}
