import type { NodeOptions } from "../model/manifest.ts";

/** Those of a node's options that can change its result, as a text that is the same for the same options; `null` for none. */
export function decidingOptions(given: NodeOptions): string | null {
  const { workdir = null, env = {}, cache, map = false } = given;
  const variables = Object.entries(env).sort(([one], [other]) => (one < other ? -1 : 1));
  if (workdir === null && variables.length === 0 && cache?.version === undefined && !map) return null;
  return JSON.stringify([workdir, variables, cache?.version ?? null, map]);
}
