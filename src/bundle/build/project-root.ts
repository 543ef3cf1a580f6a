import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The directory of the nearest package.json above a file, else the file's own. */
export function projectRootOf(file: string): string {
  for (let directory = dirname(file); ; directory = dirname(directory)) {
    if (existsSync(join(directory, "package.json"))) return directory;
    if (directory === dirname(directory)) return dirname(file);
  }
}
