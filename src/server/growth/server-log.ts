import { statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { Growing } from "./tell-growth.ts";

/** The size of the server's log, in bytes. A log that was cut short or replaced is smaller than it was. */
export function growingLog(file: string): Growing {
  return {
    event: "log",
    look: async () => ({ size: statSync(file, { throwIfNoEntry: false })?.size ?? 0 }),
    watch(changed) {
      // The directory and not the file, which may be replaced.
      const watcher = watch(dirname(file), { persistent: false }, (_, name) => {
        if (name === null || name === basename(file)) changed();
      });
      watcher.on("error", () => watcher.close());
      return () => watcher.close();
    },
  };
}
