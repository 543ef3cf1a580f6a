import { type Duration, parseDuration } from "../model/duration.ts";

/**
 * How long, and under what, results of an electron may be taken over by later dispatches.
 *
 * Without `key` a result is known by the electron's own code, its arguments, and `version`.
 *
 * @example
 * import { type CacheOptions, electron } from "covalent-ts";
 *
 * const aDay: CacheOptions = { ttl: "1d", version: "2", key: (url: string) => new URL(url).pathname };
 * export const download = electron({ cache: aDay }, async (url: string) => (await fetch(url)).text());
 */
export interface CacheOptions {
  /**
   * What stands for the arguments: called with them, in a worker, before the electron is. What it returns is compared as text, or
   * by content when it is no text.
   */
  readonly key?: ((...args: never[]) => unknown) | undefined;
  /** For how long; for ever when absent. */
  readonly ttl?: Duration | undefined;
  /** For what the code does not say: another version is another result. */
  readonly version?: string | undefined;
}

/** What is wrong with the option `cache`, or `undefined`. */
export function wrongCache(value: unknown): string | undefined {
  if (typeof value === "boolean") return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return "must be true, or an object { key, ttl, version }";
  const { key, ttl, version, ...others } = value as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return `has no ${unknown}; there are key, ttl, version`;
  if (key !== undefined && typeof key !== "function") return "must have a function (key)";
  if (version !== undefined && typeof version !== "string") return "must have a text (version)";
  if (ttl === undefined) return undefined;
  if (typeof ttl !== "number" && typeof ttl !== "string")
    return 'must have a duration such as "1d" or 60_000 (ttl)';
  return parseDuration(ttl as Duration) > 0 ? undefined : "must have a ttl longer than 0";
}
