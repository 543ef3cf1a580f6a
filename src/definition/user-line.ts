import { type Boundary, framesAbove } from "./call-sites.ts";

/**
 * Where the user's code called `boundary`, as ` at <file>:<line>:<column>`, to be put into a message; empty when unknown. Frames
 * of packages are passed over as long as there is one outside. Captures a stack: for errors only, never on the way of a call.
 *
 * @param boundary the outermost function of ours on the stack
 */
export function atUserLine(boundary: Boundary): string {
  const sites = framesAbove(boundary).map(({ original }) => original);
  const site = sites.find(({ file }) => !file.includes("/node_modules/")) ?? sites[0];
  return site === undefined ? "" : ` at ${site.file}:${site.line}:${site.column}`;
}
