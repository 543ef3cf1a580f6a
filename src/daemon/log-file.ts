import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/config.ts";

/** The server's log, under the original's name: JSON lines of pino, and whatever else a dying process had to say. */
export function logFileOf(config: Config): string {
  return join(config.values.dispatcher.log_dir, "covalent_ui.log");
}

/** What the log holds from a byte on, at most its last `limit` bytes; the empty text when there is no such file. */
export function readLog(file: string, from: number, limit: number): string {
  try {
    const descriptor = openSync(file, "r");
    try {
      const { size } = fstatSync(descriptor);
      const start = Math.max(from, size - limit);
      const bytes = Buffer.alloc(Math.max(0, size - start));
      return bytes.toString("utf8", 0, readSync(descriptor, bytes, 0, bytes.length, start));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return "";
  }
}
