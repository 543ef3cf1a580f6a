import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Where a file really is, by whichever links it is named: what lies beside a database lies beside this one.
 *
 * @example realPath("/home/me/link/new.sqlite"); // "/data/covalent/new.sqlite", which need not exist yet
 */
export function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // There is no such file yet; its directory may be a link all the same.
    return dirname(file) === file ? file : join(realPath(dirname(file)), basename(file));
  }
}
