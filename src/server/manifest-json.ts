import { setImmediate as nextTurn } from "node:timers/promises";
import type { DispatchRepository } from "../database/repositories/dispatch-repository.ts";
import type { Asset, ManifestHeader, ManifestNode } from "../model/manifest.ts";
import { errorOf } from "./composed-text.ts";
import { DISPATCH_KEYS, LATTICE_KEYS, NODE_KEYS, type ObjectName } from "./object-names.ts";

export interface ManifestSource {
  readonly dispatches: DispatchRepository;
  readonly header: ManifestHeader;
  readonly dispatchId: string;
  readonly addressOf: (name: ObjectName, asset: Partial<Asset>) => string | undefined;
  /** Of dispatches whose assets may have been recorded without their sizes: how many bytes there are. */
  readonly sizeOf?: (name: ObjectName) => Promise<number>;
}

/** Nodes or links read and written at once: milliseconds during which the server does nothing else. */
const PAGE = 200;

/**
 * A dispatch's whole manifest as JSON text, page by page: the server never holds a large one, and answers others between two
 * pages. Every asset the original knows is
 * there, with the address of its bytes; those without bytes have size 0, as the original's clients expect.
 */
export async function* manifestJson(source: ManifestSource): AsyncGenerator<string> {
  const { header } = source;
  const { lattice, assets, ...rest } = header;
  const error = errorOf(header.metadata);
  const composed =
    error === undefined || assets.error?.size ? {} : { error: { size: Buffer.byteLength(error) } };
  const own = { ...rest, assets: await addressed(source, null, { ...assets, ...composed }, DISPATCH_KEYS) };
  const latticeAssets = await addressed(source, null, lattice.assets, LATTICE_KEYS);
  yield `${JSON.stringify(own).slice(0, -1)},"lattice":{"metadata":${JSON.stringify(lattice.metadata)},`;
  yield `"assets":${JSON.stringify(latticeAssets)},"transport_graph":{"nodes":[`;
  yield* nodesJson(source);
  yield `],"links":[`;
  yield* linksJson(source);
  yield "]}}}";
}

async function* nodesJson(source: ManifestSource): AsyncGenerator<string> {
  for (let after = -1; ; ) {
    const nodes = await source.dispatches.nodes(source.dispatchId, { after, limit: PAGE });
    const last = nodes.at(-1);
    if (last === undefined) return;
    const texts = await Promise.all(nodes.map((node) => nodeJson(source, node)));
    yield separator(after === -1) + texts.join(",");
    after = last.id;
    await nextTurn();
  }
}

async function* linksJson(source: ManifestSource): AsyncGenerator<string> {
  for (let offset = 0; ; offset += PAGE) {
    const links = await source.dispatches.links(source.dispatchId, { offset, limit: PAGE });
    if (links.length === 0) return;
    yield separator(offset === 0) + links.map((link) => JSON.stringify(link)).join(",");
    if (links.length < PAGE) return;
    await nextTurn();
  }
}

function separator(first: boolean): string {
  return first ? "" : ",";
}

async function nodeJson(source: ManifestSource, node: ManifestNode): Promise<string> {
  const metadata = { task_group_id: node.id, ...node.metadata };
  return JSON.stringify({
    id: node.id,
    metadata,
    assets: await addressed(source, node.id, node.assets, NODE_KEYS),
  });
}

async function addressed(
  { dispatchId, addressOf, sizeOf }: ManifestSource,
  nodeId: number | null,
  assets: Readonly<Record<string, Partial<Asset> | null | undefined>>,
  expected: readonly string[],
): Promise<Record<string, Partial<Asset>>> {
  const keys = new Set([...expected, ...Object.keys(assets)]);
  const entries = [...keys].map((key): [string, Partial<Asset>] => {
    const remote_uri = addressOf({ dispatchId, nodeId, key }, assets[key] ?? {});
    return [key, { size: 0, ...assets[key], ...(remote_uri !== undefined && { remote_uri }) }];
  });
  if (sizeOf !== undefined)
    for (const [key, asset] of entries)
      if (asset.size === 0 && assets[key]) asset.size = await sizeOf({ dispatchId, nodeId, key });
  return Object.fromEntries(entries);
}
