import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * A command line for a Node older than 24: one of this machine's, else the present one which says that it is 20.11.
 *
 * @example
 * const [node, ...options] = olderNode();
 */
export function olderNode(): readonly [string, ...string[]] {
  const installed = (process.env.PATH ?? "")
    .split(delimiter)
    .map((directory) => join(directory, "node"))
    .find((node) => existsSync(node) && Number.parseInt(versionOf(node), 10) < 24);
  const pretend = 'Object.defineProperty(process, "versions", { value: { node: "20.11.0" } })';
  return installed === undefined
    ? [process.execPath, "--import", `data:text/javascript,${pretend}`]
    : [installed];
}

function versionOf(node: string): string {
  return execFileSync(node, ["-p", "process.versions.node"], { encoding: "utf8" });
}
