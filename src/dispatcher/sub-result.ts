import type { Journal } from "../database/journal.ts";
import { INLINE_LIMIT, type PayloadRef } from "../model/payload.ts";
import { digestOf, parseTemplate, type Reference, referencesOf, type Template } from "../model/template.ts";
import type { AssetStore } from "../storage/asset-store.ts";
import type { DispatchState } from "./dispatch-state.ts";

export interface ContentSources {
  readonly journal: Pick<Journal, "inlineContent">;
  readonly store: Pick<AssetStore, "read">;
}

/**
 * Makes a sub-dispatch's result known to the dispatch it is a node of: the payload, or, where that is a template, everything it
 * refers to. Gives the reference by which the node's children have it.
 */
export async function adoptResult(
  state: DispatchState,
  result: PayloadRef,
  sources: ContentSources,
): Promise<Reference> {
  const { digest, size } = result;
  if (result.codec !== "template") {
    state.keep(result);
    return { ref: digest, size };
  }
  const template = await readTemplate(result, sources);
  const isAssembly = "list" in template || "dict" in template;
  const reference = isAssembly ? { template: digest, size } : template;
  await keepAll(state, reference, sources);
  return reference;
}

/** The results of sublattices that have ended, before a restart or in an earlier dispatch, for the nodes that still need them. */
export async function restoreResults(state: DispatchState, sources: ContentSources): Promise<void> {
  for (const { type, status, output, nodeId } of state.nodes) {
    if (type !== "sublattice" || output?.codec !== "template") continue;
    if (status !== "COMPLETED" && status !== "PENDING_REUSE") continue;
    state.setReference(nodeId, await adoptResult(state, output, sources));
  }
}

async function keepAll(state: DispatchState, first: Reference, sources: ContentSources): Promise<void> {
  const open = [first];
  for (let reference = open.pop(); reference !== undefined; reference = open.pop()) {
    const { size } = reference;
    const digest = digestOf(reference);
    if ("ref" in reference) {
      if (state.payload(digest) === undefined) state.keep({ digest, size, codec: "value" });
    } else if (state.assembly(digest) === undefined) {
      const template = await readTemplate({ digest, size }, sources);
      state.keep({ digest, size, codec: "template" });
      if ("list" in template || "dict" in template) state.keepAssembly(digest, template);
      for (const each of referencesOf(template)) open.push(each);
    }
  }
}

async function readTemplate(
  { digest, size }: Pick<PayloadRef, "digest" | "size">,
  { journal, store }: ContentSources,
): Promise<Template> {
  const inline = size <= INLINE_LIMIT ? (await journal.inlineContent([digest])).get(digest) : undefined;
  return parseTemplate(inline ?? Buffer.concat(await Array.fromAsync(await store.read(digest))));
}
