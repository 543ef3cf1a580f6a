import { hash } from "node:crypto";
import type { CachedResult, Journal } from "../database/journal.ts";
import type { CacheRecord, ResultCached, StoredNode } from "../model/change.ts";
import { type Reference, referencesOf } from "../model/template.ts";
import type { ActiveDispatch } from "./active-dispatch.ts";
import type { DispatchState } from "./dispatch-state.ts";
import { argumentsOf } from "./structural.ts";

/**
 * Results that may be taken over from earlier attempts, whatever dispatch they were of. A result is known by the electron's own
 * code, by its inputs (or by the key that its author makes of them), and by the version its author declares. No payload is opened
 * for it: an input is its digest and the path that is taken into it.
 */

/** What a node is looked for by. */
export type CacheQuestion = Omit<CacheRecord, "hit">;

/**
 * What a node that may be cached is looked for by; `undefined` while its author's own key has not been asked for, and for a node
 * of which nobody said what code it runs.
 */
export function cacheQuestion(
  { state, cacheKeys }: ActiveDispatch,
  node: StoredNode,
): CacheQuestion | undefined {
  const { cache } = node.options;
  if (cache === undefined || node.codeDigest === null) return undefined;
  const key = cacheKeys.get(node.nodeId);
  if (cache.key === true && key === undefined) return undefined;
  const { env } = node.options;
  const inputs = { of: key ?? inputsOf(state, node.nodeId), ...(env && { env }) };
  const known = {
    codeDigest: node.codeDigest,
    inputsDigest: digest(inputs),
    version: cache.version ?? "",
  };
  return { key: digest(known), ...known };
}

/** True when the key of a node must be asked for, in a worker, before it can be looked for. */
export function needsKey(
  { cacheKeys }: ActiveDispatch,
  { nodeId, options, codeDigest }: StoredNode,
): boolean {
  return options.cache?.key === true && codeDigest !== null && !cacheKeys.has(nodeId);
}

/** The cached result of a node, if there is one that has not expired. */
export async function lookUp(
  active: ActiveDispatch,
  node: StoredNode,
  journal: Journal,
): Promise<{ readonly question: CacheQuestion; readonly found: CachedResult } | undefined> {
  const question = cacheQuestion(active, node);
  if (question === undefined) return undefined;
  const found = await journal.cached(question.key, Date.now());
  return found && { question, found };
}

/** Puts a result that is about to be committed into the cache. */
export function cacheChange(
  { state: { stored } }: ActiveDispatch,
  node: StoredNode,
  { key, ...known }: CacheQuestion,
  at: number,
): ResultCached {
  const ttl = node.options.cache?.ttl_ms;
  return {
    kind: "result-cached",
    dispatch: stored.row,
    dispatchId: stored.dispatchId,
    node: node.row,
    nodeId: node.nodeId,
    entry: { key, name: node.name, ...known, at, expiresAt: ttl === undefined ? null : at + ttl },
  };
}

/**
 * The inputs in a form that is the same in every dispatch: references name structural nodes by their numbers, for messages, and
 * lists by the digest of a text that does.
 */
function inputsOf(state: DispatchState, id: number): unknown {
  const known = new Map<string, string>();
  const canonical = (reference: Reference): unknown => {
    if ("ref" in reference) return [reference.ref, (reference.path ?? []).map(({ key }) => key)];
    const digested = known.get(reference.template) ?? digest(assembled(reference.template));
    known.set(reference.template, digested);
    return { of: digested };
  };
  const assembled = (template: string): unknown => {
    const assembly = state.assembly(template);
    if (assembly === undefined) return { template };
    const items = referencesOf(assembly).map(canonical);
    return "dict" in assembly ? assembly.dict.map(([key], index) => [key, items[index]]) : items;
  };
  return argumentsOf(state, id).map(canonical);
}

function digest(value: unknown): string {
  return hash("sha256", JSON.stringify(value));
}
