import type { Asset } from "./manifest.ts";

/** SHA-1, as the original's SDK calls it. */
const SHA1_NAME = /^sha-?1?$/i;
const SHA1 = /^[0-9a-f]{40}$/;

/**
 * What tells whether assets of nodes of one manifest, whose bytes are still to come, are the same bytes and read the same way: equal texts. Once
 * one of them has been uploaded, all have. `undefined` for what is by itself: bytes that travel inside, or that nobody vouches for.
 *
 * @example
 * sharedBytes("function", { digest_alg: "sha", digest: "da39…", size: 120 }); // "function da39… 120"
 */
export function sharedBytes(
  key: string,
  { content, digest, digest_alg, size }: Partial<Asset>,
): string | undefined {
  if (content !== undefined || !size || !SHA1_NAME.test(digest_alg ?? "") || !SHA1.test(digest ?? ""))
    return undefined;
  // A parameter is its value: the SDK names both.
  return `${key === "output" ? "value" : key} ${digest} ${size}`;
}
