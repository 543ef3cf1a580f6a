import type { CachedEntry, CachedNode } from "../database/repositories/cache-entries.ts";
import type { CacheRecord } from "../model/change.ts";

/** Why a node's result was taken from the cache, or why not. */
export interface CacheExplanation {
  readonly outcome: "hit" | "miss" | "not asked for" | "not looked for";
  /** A sentence for people. */
  readonly because: string;
  /** Why its code could not be told from the rest of its bundle: then any change of the bundle is a miss. */
  readonly code_reason: string | null;
  /** What it was looked for by. */
  readonly record: CacheRecord | null;
  /** The cached result that is most like it. */
  readonly nearest: CachedEntry | null;
}

/**
 * Explains what the cache did for a node.
 *
 * @param others the cached results of electrons with its name, newest first, without its own
 */
export function explainCache(node: CachedNode, others: readonly CachedEntry[]): CacheExplanation {
  const { record, codeReason: code_reason } = node;
  const rest = { code_reason, record, nearest: null };
  if (!node.asks)
    return { ...rest, outcome: "not asked for", because: `${node.name} has no option \`cache\`` };
  if (node.codeDigest === null) {
    const because = "the client that registered it did not say what code it runs";
    return { ...rest, outcome: "not looked for", because };
  }
  if (record === null)
    return { ...rest, outcome: "not looked for", because: `it is ${node.status} and was not looked for` };
  if (record.hit !== null) {
    const { dispatchId, nodeId } = record.hit;
    return {
      ...rest,
      outcome: "hit",
      because: `its result is that of node ${nodeId} of dispatch ${dispatchId}`,
    };
  }
  const nearest = others.toSorted((a, b) => likeness(record, b) - likeness(record, a))[0] ?? null;
  return { ...rest, outcome: "miss", because: missReason(node.name, record, nearest), nearest };
}

function likeness(record: CacheRecord, entry: CachedEntry): number {
  return differences(record, entry).length * -1;
}

function differences(record: CacheRecord, entry: CachedEntry): string[] {
  return [
    record.codeDigest === entry.codeDigest
      ? ""
      : `its code was another (${entry.codeDigest.slice(0, 8)}, now ${record.codeDigest.slice(0, 8)})`,
    record.inputsDigest === entry.inputsDigest ? "" : "its inputs were others",
    record.version === entry.version
      ? ""
      : `its declared version was ${JSON.stringify(entry.version)}, now ${JSON.stringify(record.version)}`,
  ].filter((text) => text !== "");
}

function missReason(name: string, record: CacheRecord, nearest: CachedEntry | null): string {
  if (nearest === null) return `no other result of ${name} is in the cache`;
  const where = `node ${nearest.nodeId} of dispatch ${nearest.dispatchId}`;
  const different = differences(record, nearest);
  if (different.length === 0)
    return `the same result is in the cache now, from ${where}; it came, or expired, meanwhile`;
  return `the result that is most like it is that of ${where}, where ${different.join(" and ")}`;
}
